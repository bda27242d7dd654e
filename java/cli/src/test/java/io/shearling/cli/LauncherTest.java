package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher, with a set-up that only says what it was asked for. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../shearling");

    @TempDir
    private Path folder = Path.of("");

    private void clone(String name) throws IOException {
        Path launcher = Files.createDirectories(folder.resolve(name).resolve("launcher"));
        Files.copy(LAUNCHER, folder.resolve(name).resolve("shearling"));
        StringBuilder stub = new StringBuilder();
        for (String step : List.of("build_command", "build_command_and_model", "build_reference")) {
            stub.append(step)
                    .append("() { echo ")
                    .append(step)
                    .append(" in ")
                    .append(name)
                    .append("; exit; }\n");
        }
        Files.writeString(launcher.resolve("setup.bash"), stub);
    }

    @BeforeEach
    void makeClones() throws IOException {
        clone("clone");
        clone("other/clone");
    }

    private String started(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "clone/shearling"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("CDPATH", folder.resolve("other").toString());
        Process launcher = builder.start();
        String out = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        launcher.waitFor();
        return out.strip();
    }

    @Test
    void start_withACdpath_isInItsOwnFolder() throws Exception {
        assertThat(started("devices")).isEqualTo("build_command in clone");
    }

    /** A set-up whose JVM writes down what it has for stdin, stdout and stderr, and what becomes of a line on stdout. */
    private void chooseAJvmThatLooks() throws IOException {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/bash
                exec 8>seen
                for fd in 0 1 2; do readlink "/proc/$$/fd/$fd" >&8 2>/dev/null || echo closed >&8; done
                echo line 2>/dev/null && echo written >&8 || echo refused >&8
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("clone/launcher/setup.bash"), """
                build_command() {
                    mkdir -p "$state"
                    printf '%s\\n' "$root/../jdk" 17 "${JAVA_HOME:-}" "$root/shearling" >"$state/chosen"
                }
                """);
    }

    private int shell(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start()
                .waitFor();
    }

    @Test
    void start_withClosedStreams_hasNoOtherFileInTheirPlace() throws Exception {
        chooseAJvmThatLooks();
        assertThat(shell("exec bash clone/shearling devices <&- >&- 2>&-")).isZero();
        assertThat(folder.resolve("seen")).hasContent("/dev/null\n/dev/null\n/dev/null\nrefused\n");
        assertThat(shell("exec bash clone/shearling devices </dev/zero 2>/dev/full"))
                .isZero();
        assertThat(folder.resolve("seen"))
                .hasContent("/dev/zero\n" + folder.resolve("said").toRealPath() + "\n/dev/full\nwritten\n");
    }

    @Test
    void start_withHardlyAnyOpenFiles_isRefusedInOneSentence() throws Exception {
        assertThat(shell("ulimit -n 12; exec bash clone/shearling run hi")).isEqualTo(1);
        assertThat(folder.resolve("said"))
                .hasContent("shearling: only 12 files may be open at once; allow 64 or more with ulimit -n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "run, hi, build_command_and_model",
        "chat, --max-tokens=3, build_command_and_model",
        "run, -m ./x.gguf, build_command",
        "run, -m=./x.gguf, build_command",
        "run, -m./x.gguf, build_command",
        "chat, --model=./x.gguf, build_command",
        "bench, --rounds, build_reference",
        "fixture, twin, build_command",
    })
    void firstStart_withAModel_fetchesNoOther(String command, String arguments, String step) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(arguments.split(" ")));
        assertThat(started(words.toArray(String[]::new))).isEqualTo(step + " in clone");
    }
}
