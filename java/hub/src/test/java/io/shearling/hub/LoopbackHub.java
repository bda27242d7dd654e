package io.shearling.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A hub on the loopback address whose every answer a test can bend. */
final class LoopbackHub implements AutoCloseable {
    /** What a request carried. */
    record Request(
            String path,
            @Nullable String range,
            @Nullable String ifRange,
            @Nullable String authorization) {}

    /** An answer; it may do what it wants with the exchange. */
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);

    LoopbackHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            requests.add(new Request(
                    path,
                    exchange.getRequestHeaders().getFirst("Range"),
                    exchange.getRequestHeaders().getFirst("If-Range"),
                    exchange.getRequestHeaders().getFirst("Authorization")));
            try {
                answers.getOrDefault(path, e -> e.sendResponseHeaders(404, -1)).give(exchange);
            } finally {
                exchange.close();
            }
        });
        server.start();
    }

    URI endpoint() {
        return endpoint("127.0.0.1");
    }

    URI endpoint(String host) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort());
    }

    LoopbackHub on(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /** The bytes, whole or from the offset of a range request on. */
    static Answer file(byte[] content) {
        return exchange -> {
            try (OutputStream out = headers(exchange, content)) {
                out.write(content, offset(exchange), end(exchange, content) - offset(exchange));
            }
        };
    }

    /** The whole file whatever range is asked for. */
    static Answer ignoringRanges(byte[] content) {
        return exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
        };
    }

    /** One answer for the first request, another for all that follow. */
    static Answer firstThen(Answer first, Answer others) {
        AtomicInteger count = new AtomicInteger();
        return exchange -> (count.getAndIncrement() == 0 ? first : others).give(exchange);
    }

    /** At most so many bytes of what was asked for, then the connection breaks. */
    static Answer breakingOff(byte[] content, int bytes) {
        return exchange -> {
            int offset = offset(exchange);
            OutputStream out = headers(exchange, content);
            out.write(content, offset, Math.min(bytes, end(exchange, content) - offset));
            out.flush();
        };
    }

    /** So many bytes, then nothing until the hub closes. */
    Answer fallingSilent(byte[] content, int bytes) {
        return exchange -> {
            OutputStream out = headers(exchange, content);
            out.write(content, offset(exchange), bytes);
            out.flush();
            waitForClose();
        };
    }

    /** No answer until the hub closes. */
    Answer silence() {
        return exchange -> waitForClose();
    }

    private void waitForClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Answer status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    static Answer redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    static Answer withHeader(String name, String value, Answer answer) {
        return exchange -> {
            exchange.getResponseHeaders().add(name, value);
            answer.give(exchange);
        };
    }

    /** A header on the first answer alone. */
    static Answer withHeaderOfFirst(String name, String value, Answer answer) {
        AtomicInteger count = new AtomicInteger();
        return exchange -> {
            if (count.getAndIncrement() == 0) {
                exchange.getResponseHeaders().add(name, value);
            }
            answer.give(exchange);
        };
    }

    /** Sends the head of a whole or a partial answer, as the request asks. */
    private static OutputStream headers(HttpExchange exchange, byte[] content) throws IOException {
        boolean partial = range(exchange) != null;
        int from = offset(exchange);
        int to = end(exchange, content);
        if (partial) {
            exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
        }
        // To this server a length of 0 means one that is not told, and -1 means none.
        exchange.sendResponseHeaders(partial ? 206 : 200, to == from ? -1 : to - from);
        return exchange.getResponseBody();
    }

    /** The range that holds for this content: none if the request wants it only of another one. */
    private static @Nullable String range(HttpExchange exchange) {
        String wanted = exchange.getRequestHeaders().getFirst("If-Range");
        String etag = exchange.getResponseHeaders().getFirst("ETag");
        return wanted == null || wanted.equals(etag)
                ? exchange.getRequestHeaders().getFirst("Range")
                : null;
    }

    static int offset(HttpExchange exchange) {
        String range = range(exchange);
        return range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
    }

    private static int end(HttpExchange exchange, byte[] content) {
        String range = range(exchange);
        String last = range == null ? "" : range.substring(range.indexOf('-') + 1);
        return last.isEmpty() ? content.length : Integer.parseInt(last) + 1;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
