package io.shearling.testkit.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a server: started on a free port of this machine, its log kept, ended by its own handle. */
final class ServerProcess {
    private static final int LAST_CHARACTERS = 3000;

    private final Process process;
    private final Path log;
    private final int port;
    private final Thread atExit;

    private ServerProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        // a JVM that is told to end must not leave a server behind
        atExit = new Thread(process::destroyForcibly, "end of a reference server");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static ServerProcess start(Path program, List<String> arguments) {
        try {
            int port = freePort();
            Path log = Files.createTempFile("shearling-reference-server", ".log");
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(port)));
            command.addAll(arguments);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("LLAMA_"));
            Process process = builder.start();
            process.getOutputStream().close();
            return new ServerProcess(process, log, port);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The end of what the server has said. */
    String lastWords() {
        try {
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            return text.substring(Math.max(0, text.length() - LAST_CHARACTERS));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    void end() {
        try {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(atExit);
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + log, e);
        }
    }
}
