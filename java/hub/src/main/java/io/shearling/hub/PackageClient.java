package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * The package client pip of this machine, run as a child process.
 *
 * <p>The user's own pip configuration (index, proxy, certificates) holds. Only wheels are taken: a source package
 * could run code.
 */
final class PackageClient {
    private static final List<List<String>> COMMANDS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip"), List.of("pip3"), List.of("python", "-m", "pip"));
    private static final long PROBE_SECONDS = 20;
    private static final long KILL_SECONDS = 5;
    private static final long POLL_MILLIS = 100;

    private final List<String> command;
    private final List<String> arguments;

    private PackageClient(List<String> command, List<String> arguments) {
        this.command = command;
        this.arguments = arguments;
    }

    /** The first client that answers. */
    static PackageClient find(List<String> arguments) throws SourceException, InterruptedException {
        return find(COMMANDS, arguments);
    }

    static PackageClient find(List<List<String>> commands, List<String> arguments)
            throws SourceException, InterruptedException {
        for (List<String> command : commands) {
            if (answers(command)) {
                return new PackageClient(command, List.copyOf(arguments));
            }
        }
        throw new SourceException(Kind.REFUSED, "no pip was found (on Debian: apt-get install python3-pip)");
    }

    private static boolean answers(List<String> command) throws InterruptedException {
        List<String> line = new ArrayList<>(command);
        line.add("--version");
        Process process;
        try {
            process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // No such program here.
            return false;
        }
        try {
            return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            end(process);
        }
    }

    /**
     * Downloads the wheel of one package.
     *
     * @param folder an empty folder; the wheel and the client's temporary files go there
     * @param watcher told, some times a second, how many bytes have arrived
     * @return the wheel
     */
    Path download(String name, String version, Path folder, LongConsumer watcher)
            throws SourceException, IOException, InterruptedException {
        Path wheels = Files.createDirectories(folder.resolve("wheels"));
        // The client's own temporary folder may lie on a small disk, and is where the bytes arrive first.
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path log = folder.resolve("client.log");
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--no-input"));
        line.addAll(List.of("--disable-pip-version-check", "--progress-bar", "off", "-d", wheels.toString()));
        line.addAll(arguments);
        line.add(name + "==" + version);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Redirect.PIPE);
        for (String variable : List.of("TMPDIR", "TMP", "TEMP")) {
            builder.environment().put(variable, temporary.toString());
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                watcher.accept(Math.max(bytesBelow(wheels), bytesBelow(temporary)));
            }
        } finally {
            end(process);
        }
        if (process.exitValue() != 0) {
            throw new SourceException(
                    Kind.REFUSED,
                    "pip did not get " + name + "==" + version + " (" + lastError(log, process.exitValue()) + ")");
        }
        try (Stream<Path> files = Files.list(wheels)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(
                            () -> new SourceException(Kind.REFUSED, "pip ended well, but gave no wheel of " + name));
        }
    }

    /** Kills what still runs, and waits for its end: until then it may write into a folder that is to be deleted. */
    private static void end(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly()
                    .onExit()
                    .completeOnTimeout(process, KILL_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    private static long bytesBelow(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.mapToLong(PackageClient::sizeOf).sum();
        } catch (IOException | UncheckedIOException e) {
            // The client renames and deletes while we look; the next look is right again.
            return 0;
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The client's own words: its last line that reports an error, else its last line. */
    private static String lastError(Path log, int exitValue) throws IOException {
        String last = "exit code " + exitValue;
        boolean isError = false;
        String all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        for (String text : all.lines().toList()) {
            boolean error = text.startsWith("ERROR:");
            if (!text.isBlank() && (error || !isError)) {
                last = text.strip();
                isError |= error;
            }
        }
        return last.length() > 400 ? last.substring(0, 400) + "…" : last;
    }
}
