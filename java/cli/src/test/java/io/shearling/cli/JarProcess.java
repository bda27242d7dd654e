package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The executable jar in a process of its own, in a small heap; it is killed when the test closes it. */
final class JarProcess implements AutoCloseable {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String JAR = System.getProperty("shearling.test.jar", "");

    private final Process process;
    private final Path err;

    private JarProcess(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    /** The words that start the command; the interrupt signal works, which a build in the background may have switched off. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-jar",
                JAR));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts the command; stdin, stdout and stderr are the test's. */
    static JarProcess start(Path folder, String... arguments) throws IOException {
        return start(folder, new ProcessBuilder(command(arguments)));
    }

    /** Starts what the builder describes; its stderr goes to a file in the folder. */
    static JarProcess start(Path folder, ProcessBuilder builder) throws IOException {
        Path err = folder.resolve("err");
        return new JarProcess(builder.redirectError(err.toFile()).start(), err);
    }

    Process process() {
        return process;
    }

    /** Sends Ctrl-C. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** Waits until this stands on stderr. */
    void awaitOnStderr(String text) throws IOException, InterruptedException {
        while (!stderr().contains(text)) {
            assertThat(process.isAlive())
                    .as("waiting for \"%s\"; stderr: %s", text, stderr())
                    .isTrue();
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
    }

    /** The exit code, once it has ended. */
    int exitCode() throws IOException, InterruptedException {
        assertThat(process.waitFor(2, TimeUnit.MINUTES))
                .as("it ends; stderr: %s", stderr())
                .isTrue();
        return process.exitValue();
    }

    String stdout() throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    String stderr() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
