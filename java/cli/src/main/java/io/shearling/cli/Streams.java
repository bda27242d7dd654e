package io.shearling.cli;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a command reads and writes: stdin, results for stdout, and messages for stderr. Texts are UTF-8 whatever the locale.
 *
 * @param in stdin
 * @param results stdout
 * @param messages stderr
 * @param terminal whether a person watches stderr in a terminal
 * @param interactive whether a person types into stdin and sees stdout
 */
public record Streams(InputStream in, Results results, PrintStream messages, boolean terminal, boolean interactive) {
    /** Most bytes of a text on stdin: what never ends must not fill the heap first. */
    static final int MOST_BYTES = 64 << 20;

    private static final Path STDOUT = Path.of("/proc/self/fd/1");
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    /** Streams of any kind, into which nobody types; the results are flushed after each piece. */
    public static Streams of(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
        return new Streams(in, new Results(out, false, false), err, terminal, false);
    }

    /** Those of this process. */
    static Streams ofProcess() {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 13);
        return new Streams(
                new StandardInput(),
                new Results(out, Terminal.isStdout(), Terminal.isPipe(STDOUT)),
                System.err,
                Terminal.isStderr(),
                Terminal.isInteractive());
    }

    /** One line for the user. What a file or a server says in it cannot steer the terminal. */
    void say(String sentence) {
        messages.println(line(sentence));
    }

    private static String line(String sentence) {
        return "shearling: " + Pieces.harmless(sentence);
    }

    /** One line that is not important, dim where a terminal can and the user does not mind. */
    void remark(String sentence) {
        if (terminal && !Terminal.withoutColours()) {
            messages.println(DIM + line(sentence) + PLAIN);
        } else {
            say(sentence);
        }
    }

    /**
     * All of stdin as text, without one line end at its end.
     *
     * @throws UsageException when it is no UTF-8, or more than {@link #MOST_BYTES}
     */
    String readAll() {
        try {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw tooMuch("stdin");
            }
            return text(bytes, "the text on stdin");
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Bytes of stdin as text, without one line end at their end. */
    static String text(byte[] bytes, String what) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.endsWith("\r\n")) {
                return text.substring(0, text.length() - 2);
            }
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageException(what + " is not UTF-8; convert it, for example with iconv -t UTF-8");
        }
    }

    /** What to throw when there are more than {@link #MOST_BYTES}. */
    static UsageException tooMuch(String what) {
        return new UsageException(
                what + " has more than " + (MOST_BYTES >> 20) + " MB, more than any context holds; give less");
    }

    /** What to throw when stdin cannot be read. */
    static RuntimeException unreadable(IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new ShearlingException(ErrorCode.CANCELLED, "reading stdin was interrupted")
                : new FailedException("stdin cannot be read: " + cause.getMessage());
    }
}
