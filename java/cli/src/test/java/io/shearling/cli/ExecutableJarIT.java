package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The executable jar as a process of its own; with one thread, which busy neighbours slow down least. */
class ExecutableJarIT {
    private static final String[] ENDLESS = {
        "run", "--threads", "1", "--quiet", "--raw", "--max-tokens", "4000", "Count: 1, 2, 3,"
    };

    @TempDir
    private Path folder = Path.of("");

    @Test
    void jar_run_streamsTheTextAloneToStdout() throws Exception {
        try (JarProcess run = JarProcess.start(
                folder,
                "run",
                "--threads",
                "1",
                "--raw",
                "--temperature",
                "0",
                "--max-tokens",
                "2",
                "The capital of France is")) {
            assertThat(run.exitCode()).as(run.stderr()).isZero();
            assertThat(run.stdout()).startsWith(" Paris").endsWith("\n");
            assertThat(run.stderr()).contains("2 generated").doesNotContain("WARNING", "warning", "Exception");
        }
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(ExitCode.DONE, List.of("--version")),
                Arguments.of(ExitCode.FAILED, List.of("inspect", "/no/such.gguf")),
                Arguments.of(ExitCode.USAGE, List.of("run")));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void jar_endsWithTheCodeOfItsOutcome(int code, List<String> arguments) throws Exception {
        try (JarProcess run = JarProcess.start(folder, arguments.toArray(String[]::new))) {
            assertThat(run.exitCode()).isEqualTo(code);
            assertThat(run.stderr().lines()).hasSize(code == ExitCode.DONE ? 0 : 1);
        }
    }

    @Test
    void jar_interruptWhileItStreams_exitsWith130() throws Exception {
        try (JarProcess run = JarProcess.start(folder, ENDLESS)) {
            assertThat(run.process().getInputStream().read()).isPositive();
            run.interrupt();
            assertThat(run.exitCode()).isEqualTo(ExitCode.CANCELLED);
            assertThat(run.stderr()).isEmpty();
        }
    }

    static Stream<List<String>> waiting() {
        return Stream.of(
                List.of("embed", "--threads", "1", "word ".repeat(1500)),
                List.of("bench", "--threads", "1", "--rounds", "2"));
    }

    @ParameterizedTest
    @MethodSource("waiting")
    void jar_interruptFromTheLoadOn_exitsWith130(List<String> arguments) throws Exception {
        try (JarProcess run = JarProcess.start(folder, arguments.toArray(String[]::new))) {
            run.awaitOnStderr(arguments.get(0).equals("bench") ? "measuring" : "loading");
            run.interrupt();
            assertThat(run.exitCode()).isEqualTo(ExitCode.CANCELLED);
            assertThat(run.stdout()).isEmpty();
            assertThat(run.stderr()).doesNotContain("error", "cut off", "Exception");
        }
    }

    /** Nobody writes to stdin: the wait for it ends with the signal, not with the patience of the shutdown. */
    @Test
    void jar_interruptWhileItWaitsForStdin_exitsWith130() throws Exception {
        try (JarProcess chat = JarProcess.start(folder, "chat", "--threads", "1", "--max-tokens", "1")) {
            chat.process().getOutputStream().write("Hello\n".getBytes(StandardCharsets.UTF_8));
            chat.process().getOutputStream().flush();
            assertThat(chat.process().getInputStream().read()).isPositive();
            chat.awaitOnStderr("cut at 1 tokens");
            chat.interrupt();
            assertThat(chat.exitCode()).isEqualTo(ExitCode.CANCELLED);
            assertThat(chat.stderr()).doesNotContain("cut off");
        }
    }

    @Test
    void jar_readerThatGoesAway_endsQuietly() throws Exception {
        try (JarProcess run = JarProcess.start(folder, ENDLESS)) {
            assertThat(run.process().getInputStream().read()).isPositive();
            run.process().getInputStream().close();
            assertThat(run.exitCode()).isZero();
            assertThat(run.stderr()).isEmpty();
        }
    }

    static Stream<List<String>> writing() {
        return Stream.of(List.of("--help"), List.of("tokenize", "--quiet", "Sheep"));
    }

    @ParameterizedTest
    @MethodSource("writing")
    void jar_fullStdout_failsInOneSentence(List<String> arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(JarProcess.command(arguments.toArray(String[]::new)))
                .redirectOutput(new File("/dev/full"));
        try (JarProcess run = JarProcess.start(folder, builder)) {
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.stderr().lines())
                    .singleElement()
                    .asString()
                    .startsWith("shearling: stdout cannot be written: ");
        }
    }

    @Test
    void jar_argumentThatTheLocaleCannotCarry_isRefused() throws Exception {
        assertRefused("'gr\u00fcn'", "LC_ALL=C", "LC_ALL=C.UTF-8");
    }

    @Test
    void jar_argumentThatIsNoUtf8_isRefused() throws Exception {
        assertRefused("\"$(printf 'gr\\374n')\"", "LC_ALL=C.UTF-8", "an argument is not UTF-8");
    }

    private void assertRefused(String argument, String locale, String sentence) throws Exception {
        String command = String.join("' '", JarProcess.command("tokenize"));
        Path script = Files.writeString(folder.resolve("run.sh"), "exec '" + command + "' " + argument + "\n");
        ProcessBuilder builder = new ProcessBuilder("env", "-u", "LC_CTYPE", locale, "sh", script.toString());
        try (JarProcess run = JarProcess.start(folder, builder)) {
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.stderr()).contains(sentence);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
