package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when stdout does not take the result. */
class OutputFailureTest {
    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int inspectInto(IOException failure, boolean pipe) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw failure;
            }
        };
        PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
        Path file = SmallGguf.write(folder.resolve("tiny.gguf"));
        Results results = new Results(broken, false, pipe);
        return Shearling.execute(
                new Streams(InputStream.nullInputStream(), results, messages, false, false),
                "inspect",
                file.toString());
    }

    private int inspectInto(IOException failure) {
        return inspectInto(failure, false);
    }

    @Test
    void execute_brokenPipe_endsQuietly() {
        assertThat(inspectInto(new IOException("Broken pipe"))).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void execute_brokenPipeInAnotherLanguage_endsQuietly() {
        assertThat(inspectInto(new IOException("Relais bris\u00e9"), true)).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void isPipe_fileOfEachKind_isToldApart() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThat(Terminal.isPipe(fifo)).isTrue();
        assertThat(Terminal.isPipe(Path.of("/dev/full"))).isFalse();
        assertThat(Terminal.isPipe(Files.createFile(folder.resolve("file")))).isFalse();
        assertThat(Terminal.isPipe(folder.resolve("none"))).isFalse();
    }

    @Test
    void execute_fullDisk_failsWithTheCause() {
        assertThat(inspectInto(new IOException("No space left on device"))).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("shearling: stdout cannot be written: No space left on device" + System.lineSeparator());
    }
}
