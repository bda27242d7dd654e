package io.shearling.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: stdin, results for stdout, and messages for stderr. Texts are UTF-8 whatever the locale.
 *
 * @param in stdin
 * @param results stdout
 * @param messages stderr
 * @param terminal whether a person watches stderr in a terminal
 */
public record Streams(InputStream in, Results results, PrintStream messages, boolean terminal) {

    /** Streams of any kind; the results are flushed after each piece. */
    public static Streams of(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
        return new Streams(in, new Results(out), err, terminal);
    }

    /** Those of this process. */
    static Streams ofProcess() {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 13);
        return of(System.in, out, System.err, Terminal.isStderr());
    }

    /** One line for the user. */
    void say(String sentence) {
        messages.println("shearling: " + sentence);
    }

    /**
     * All of stdin as text, without one line end at its end.
     *
     * @throws UsageException when it is no UTF-8
     */
    String readAll() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            if (text.endsWith("\r\n")) {
                return text.substring(0, text.length() - 2);
            }
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageException("the text on stdin is not UTF-8; convert it, for example with iconv -t UTF-8");
        } catch (IOException e) {
            throw new FailedException("stdin cannot be read: " + e.getMessage());
        }
    }
}
