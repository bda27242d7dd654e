package io.shearling.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file of text that an option names: read whole, and refused in one sentence where it cannot be one. */
final class TextFile {
    private static final long MOST_BYTES = 16 << 20;

    private final String what;
    private final Path path;
    private final String remedy;

    /**
     * A file, not read yet.
     *
     * @param what it is, as {@code the grammar}
     * @param remedy what to do when there is nothing in it, from the semicolon on
     */
    TextFile(String what, Path path, String remedy) {
        this.what = what;
        this.path = path;
        this.remedy = remedy;
    }

    /**
     * The text of the file.
     *
     * @throws FailedException when it is no regular file, cannot be read, is too large, empty, or no UTF-8
     */
    String read() {
        try {
            if (!Files.exists(path)) {
                throw failure("does not exist; check the path");
            }
            if (!Files.isRegularFile(path)) {
                // A pipe that nobody writes to would never end.
                throw failure("is no regular file; write it into a file");
            }
            if (Files.size(path) > MOST_BYTES) {
                throw failure("has " + Files.size(path) + " bytes, and more than " + MOST_BYTES
                        + " are none; check the path");
            }
            String text = decode(Files.readAllBytes(path));
            if (text.isBlank()) {
                throw failure("is empty" + remedy);
            }
            return text;
        } catch (IOException e) {
            throw failure("cannot be read (" + e + "); check its permissions");
        }
    }

    private String decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(in, out, true).isError()) {
            long line = 1 + out.flip().chars().filter(c -> c == '\n').count();
            throw failure("is not UTF-8 (line " + line + ", byte " + in.position()
                    + " of the file); convert it, for example with iconv -t UTF-8");
        }
        return out.flip().toString();
    }

    /** A failure of this file. */
    FailedException failure(String fault) {
        return new FailedException(what + " " + path + " " + fault);
    }
}
