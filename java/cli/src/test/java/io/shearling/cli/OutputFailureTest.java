package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when stdout does not take the result. */
class OutputFailureTest {
    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int inspectInto(IOException failure) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw failure;
            }
        };
        PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
        Path file = SmallGguf.write(folder.resolve("tiny.gguf"));
        return Shearling.execute(
                Streams.of(InputStream.nullInputStream(), broken, messages, false), "inspect", file.toString());
    }

    @Test
    void execute_brokenPipe_endsQuietly() {
        assertThat(inspectInto(new IOException("Broken pipe"))).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void execute_fullDisk_failsWithTheCause() {
        assertThat(inspectInto(new IOException("No space left on device"))).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("shearling: stdout cannot be written: No space left on device" + System.lineSeparator());
    }
}
