package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar as a process of its own; with one thread, which busy neighbours slow down least. */
class ExecutableJarIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String JAR = System.getProperty("shearling.test.jar", "");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void jar_run_streamsTheTextAloneToStdout() throws Exception {
        Process process = start(
                "run",
                "--threads",
                "1",
                "--raw",
                "--temperature",
                "0",
                "--max-tokens",
                "2",
                "The capital of France is");
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(stdout(process)).startsWith(" Paris").endsWith("\n");
        assertThat(stderr()).contains("2 generated").doesNotContain("WARNING", "Exception");
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void jar_interruptSignal_cancelsAndExitsWith130() throws Exception {
        Process process = start("run", "--threads", "1", "--quiet", "--raw", "--max-tokens", "4000", "Count: 1, 2, 3,");
        InputStream out = process.getInputStream();
        assertThat(out.read()).isPositive();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.CANCELLED);
        assertThat(stderr()).isEmpty();
    }

    @Test
    void jar_readerThatGoesAway_endsQuietly() throws Exception {
        Process process = start("run", "--threads", "1", "--quiet", "--raw", "--max-tokens", "4000", "Count: 1, 2, 3,");
        assertThat(process.getInputStream().read()).isPositive();
        process.getInputStream().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(stderr()).isEmpty();
    }

    @Test
    void jar_argumentThatTheLocaleCannotCarry_isRefused() throws Exception {
        Path script = Files.writeString(
                folder.resolve("run.sh"), "exec '" + JAVA + "' -jar '" + JAR + "' tokenize 'gr\u00fcn'\n");
        Process process = new ProcessBuilder("env", "-u", "LC_CTYPE", "LC_ALL=C", "sh", script.toString())
                .redirectError(folder.resolve("err").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.USAGE);
        assertThat(stderr()).contains("LC_ALL=C.UTF-8");
    }

    private Process start(String... arguments) throws IOException {
        // A build in the background may have been told to ignore the signal, and children inherit that.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                JAR));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
        return builder.start();
    }

    private static String stdout(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String stderr() throws IOException {
        return Files.readString(folder.resolve("err"));
    }
}
