package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert} as a process of its own. */
class ConvertProcessIT {
    @TempDir
    private Path folder = Path.of("");

    private Path target = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        target = Files.createDirectory(folder.resolve("out")).resolve("model.gguf");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** Nine million weights in the slowest of the types take seconds, so the signal comes in the middle. */
    @Test
    void jar_interruptWhileItConverts_exitsWith130AndLeavesNothing() throws Exception {
        Path checkpoint = new TinyCheckpoint(512, 4, 4, 2, 1).write(folder.resolve("checkpoint"));
        try (JarProcess convert = JarProcess.start(
                folder,
                "convert",
                checkpoint.toString(),
                "-o",
                target.toString(),
                "--type",
                "iq4_xs",
                "--threads",
                "1",
                "--split-max-tensors",
                "20")) {
            convert.awaitOnStderr("converting");
            convert.interrupt();
            assertThat(convert.exitCode()).isEqualTo(ExitCode.CANCELLED);
            assertThat(convert.stdout()).isEmpty();
            assertThat(convert.stderr().lines()).singleElement().asString().startsWith("shearling: converting ");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void jar_stderrIsClosed_converts() throws Exception {
        try (JarProcess convert = convert("exec \"$@\" 2>&-")) {
            assertThat(convert.exitCode()).isZero();
            assertThat(convert.stdout()).isEqualTo(target + System.lineSeparator());
        }
        assertWhole();
    }

    @Test
    void jar_readerOfStderrGoesAway_converts() throws Exception {
        try (JarProcess convert = convert("{ \"$@\" 2>&1 >&3 | :; } 3>&1")) {
            // The exit code is that of the reader.
            assertThat(convert.stdout()).isEqualTo(target + System.lineSeparator());
        }
        assertWhole();
    }

    @Test
    void jar_stdoutIsClosed_convertsAndSaysSo() throws Exception {
        try (JarProcess convert = convert("exec \"$@\" >&-")) {
            assertThat(convert.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(convert.stderr()).contains("shearling: stdout cannot be written: ");
        }
        assertWhole();
    }

    /** A small conversion that a shell starts in this way. */
    private JarProcess convert(String script) throws IOException {
        Path checkpoint = TinyCheckpoint.SMALLEST.write(folder.resolve("checkpoint"));
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(JarProcess.command("convert", checkpoint.toString(), "-o", target.toString()));
        return JarProcess.start(folder, new ProcessBuilder(command));
    }

    private void assertWhole() throws IOException {
        assertThat(names()).containsExactly("model.gguf");
        try (GgufFile file = GgufFile.open(target)) {
            assertThat(file.tensors()).hasSize(11);
        }
    }
}
