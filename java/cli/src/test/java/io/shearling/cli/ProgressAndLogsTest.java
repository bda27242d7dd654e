package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** What goes to stderr besides failures. */
class ProgressAndLogsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Streams streams(boolean terminal) {
        return Streams.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), messages, terminal);
    }

    @Test
    void progress_withoutTerminal_isOneLineAStep() {
        try (StepProgress progress = StepProgress.of(streams(false), false)) {
            progress.progress("fetching x", 0, 98_362_432);
            progress.progress("fetching x", 50_000_000, 98_362_432);
            progress.progress("checking x", 0, -1);
            progress.progress("checking x", 5, -1);
        }
        assertThat(said().lines()).containsExactly("shearling: fetching x (98.4 MB)", "shearling: checking x");
    }

    @Test
    void progress_quiet_isNothing() {
        try (StepProgress progress = StepProgress.of(streams(false), true)) {
            progress.progress("fetching x", 0, 100);
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void progress_longStepInATerminal_isABar() throws InterruptedException {
        try (StepProgress progress = StepProgress.of(streams(true), false)) {
            progress.progress("fetching x", 0, 100_000_000);
            assertThat(said()).isEmpty();
            Thread.sleep(600);
            progress.progress("fetching x", 50_000_000, 100_000_000);
        }
        assertThat(said()).contains("\rfetching x", "50%", "MB").endsWith(System.lineSeparator());
    }

    @Test
    void remarkAndLog_wordsThatWouldSteerTheTerminal_areShownInstead() {
        streams(true).remark("taken \u001b[2J back");
        streams(false).remark("taken \u001b[2J back");
        new StderrHandler(messages).publish(new LogRecord(Level.WARNING, "it is called \u001b[2J"));
        assertThat(said())
                .contains("shearling: taken \\u001b[2J back", "shearling: warning: it is called \\u001b[2J")
                .doesNotContain("\u001b[2J");
    }

    @Test
    void log_warning_isOneLine() {
        LogRecord warning = new LogRecord(Level.WARNING, "first\n  second {0}");
        warning.setParameters(new Object[] {"third"});
        warning.setThrown(new IllegalStateException("not shown"));
        new StderrHandler(messages).publish(warning);
        new StderrHandler(messages).publish(new LogRecord(Level.SEVERE, "worse"));
        assertThat(said().lines()).containsExactly("shearling: warning: first second third", "shearling: error: worse");
    }
}
