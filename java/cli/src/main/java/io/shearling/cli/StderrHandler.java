package io.shearling.cli;

import java.io.PrintStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Writes log records to stderr, one line each. Public for the JDK alone, which makes one from the configuration. */
public final class StderrHandler extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final PrintStream err;

    /** Made by the JDK. */
    public StderrHandler() {
        this(System.err);
    }

    StderrHandler(PrintStream err) {
        this.err = err;
    }

    @Override
    public void publish(LogRecord logRecord) {
        if (isLoggable(logRecord)) {
            err.println(line(logRecord));
            if (logRecord.getThrown() != null && Boolean.getBoolean("shearling.trace")) {
                logRecord.getThrown().printStackTrace(err);
            }
        }
    }

    private String line(LogRecord logRecord) {
        String kind = logRecord.getLevel().intValue() >= Level.SEVERE.intValue() ? "error" : "warning";
        String message = formatter.formatMessage(logRecord).strip().replaceAll("\\s*\\R\\s*", " ");
        return "shearling: " + kind + ": " + Pieces.harmless(message);
    }

    @Override
    public void flush() {
        err.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
