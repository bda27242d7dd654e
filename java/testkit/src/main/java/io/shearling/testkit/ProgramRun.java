package io.shearling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of a program from its start to its end. Immutable.
 *
 * @param exitCode what the program returned; 128 and more for a signal
 * @param stdout all that it wrote there
 * @param stderr all that it wrote there
 * @param elapsed from start to end
 * @param peakRssAnonBytes the most anonymous resident memory seen, looked at every 10 ms; 0 where there is no /proc
 */
public record ProgramRun(int exitCode, String stdout, String stderr, Duration elapsed, long peakRssAnonBytes) {
    private static final int LOOK_MILLIS = 10;

    /**
     * Runs a program with an empty standard input and waits for its end.
     *
     * @throws AssertionError when it has not ended in time; it is killed then
     */
    public static ProgramRun of(List<String> command, Duration timeout) {
        return of(new ProcessBuilder(command), timeout);
    }

    /** Runs what the builder describes, but for its output, which is collected. */
    static ProgramRun of(ProcessBuilder program, Duration timeout) {
        try {
            Path folder = Files.createTempDirectory("shearling-run");
            Path stdout = folder.resolve("stdout");
            Path stderr = folder.resolve("stderr");
            try {
                return finish(program.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()), timeout, folder);
            } finally {
                Files.deleteIfExists(stdout);
                Files.deleteIfExists(stderr);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + program.command(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + program.command(), e);
        }
    }

    private static ProgramRun finish(ProcessBuilder program, Duration timeout, Path folder)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = program.start();
        try {
            process.getOutputStream().close();
            long peak = 0;
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, RssAnon.of(process.pid()).orElse(0));
                if (System.nanoTime() - begin > timeout.toNanos()) {
                    throw new AssertionError(program.command() + " has not ended after " + timeout.toSeconds()
                            + " s; stdout:\n" + text(folder, "stdout") + "\nstderr:\n" + text(folder, "stderr"));
                }
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
            return new ProgramRun(process.exitValue(), text(folder, "stdout"), text(folder, "stderr"), elapsed, peak);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String text(Path folder, String file) throws IOException {
        return new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8);
    }
}
