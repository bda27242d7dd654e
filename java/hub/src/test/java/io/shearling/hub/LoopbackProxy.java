package io.shearling.hub;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy on the loopback address that brings every plain request to one hub, and tunnels nothing. */
final class LoopbackProxy implements AutoCloseable {
    /** The heads of the requests that came, as lines of text. */
    final List<String> heads = new CopyOnWriteArrayList<>();

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final URI hub;

    LoopbackProxy(URI hub) throws IOException {
        this.hub = hub;
        threads.execute(this::acceptAll);
    }

    /** {@code 127.0.0.1:PORT}. */
    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket to = new Socket(hub.getHost(), hub.getPort())) {
            String head = head(new BufferedInputStream(client.getInputStream()));
            heads.add(head);
            if (head.startsWith("CONNECT ")) {
                write(client.getOutputStream(), "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            // One request a connection is enough here.
            String path = URI.create(head.split(" ", 3)[1]).getRawPath();
            String rest = head.substring(head.indexOf("\r\n")).replaceAll("(?i)\r\nconnection:[^\r]*", "");
            write(to.getOutputStream(), "GET " + path + " HTTP/1.1\r\nConnection: close" + rest + "\r\n\r\n");
            to.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /** The lines up to the empty one. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("the request has no end");
            }
            head.append((char) c);
        }
        return head.toString().strip();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
