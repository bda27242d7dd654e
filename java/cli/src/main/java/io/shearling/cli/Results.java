package io.shearling.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a command has to say on stdout, in UTF-8, flushed after each piece. One thread. */
public final class Results {
    private final OutputStream out;

    Results(OutputStream out) {
        this.out = out;
    }

    /** Writes a piece of text. */
    void print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Writes a line. */
    void println(String line) {
        print(line + "\n");
    }

    /** A writer to the same place, for picocli's help. */
    PrintWriter writer() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    /** stdout does not take what is written to it. */
    static final class OutputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutputException(IOException cause) {
            super("stdout cannot be written: " + cause.getMessage(), cause);
        }

        /** Whether the reader of a pipe has seen enough. */
        boolean isBrokenPipe() {
            return String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
        }
    }
}
