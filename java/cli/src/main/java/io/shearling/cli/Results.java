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
    private final boolean pipe;
    private @Nullable OutputException failure;

    /** Whether the last line has no end yet. */
    private boolean lineIsOpen;

    /**
     * Results for a stream.
     *
     * @param terminal whether that moves a cursor
     * @param pipe whether another program reads it, which may have seen enough at any time
     */
    Results(OutputStream out, boolean terminal, boolean pipe) {
        this.out = out;
        this.terminal = terminal;
        this.pipe = pipe;
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
            lineIsOpen = text.isEmpty() ? lineIsOpen : !text.endsWith("\n");
        } catch (IOException e) {
            throw new OutputException(e, pipe);
        }
    }

    /** Ends the line, if one has begun. */
    void endLine() {
        if (lineIsOpen) {
            print("\n");
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

        private final boolean pipe;

        OutputException(IOException cause, boolean pipe) {
            super("stdout cannot be written: " + cause.getMessage(), cause);
            this.pipe = pipe;
        }

        /**
         * Whether the reader of a pipe has seen enough: nothing else fails on one. The words of the system count where it does
         * not tell what stdout is; they are in the user's language.
         */
        boolean isBrokenPipe() {
            return pipe || String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
        }
    }
}
