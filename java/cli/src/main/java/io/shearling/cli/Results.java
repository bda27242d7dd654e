package io.shearling.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a command has to say on stdout, in UTF-8, flushed after each piece. One thread. */
public final class Results {
    private final OutputStream out;
    private final boolean terminal;
    private @Nullable OutputException failure;

    /** Writes to {@code out}; {@code terminal} says whether that moves a cursor. */
    Results(OutputStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Writes a piece of what a model says: on a terminal it cannot do more than show itself. */
    void reply(String piece) {
        print(terminal ? Pieces.harmless(piece) : piece);
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

    /** A writer to the same place, for picocli's help. It fails in {@link #requireWritten}: picocli would print a trace. */
    PrintWriter writer() {
        return new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) {
                try {
                    print(new String(text, offset, length));
                } catch (OutputException e) {
                    failure = e;
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /** Throws what the writer has met. */
    void requireWritten() {
        if (failure != null) {
            throw failure;
        }
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
