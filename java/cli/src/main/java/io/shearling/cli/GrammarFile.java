package io.shearling.cli;

import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The GBNF file of {@code --grammar}: read whole, and refused in one sentence where it cannot be one. */
final class GrammarFile {
    private static final long MOST_BYTES = 16 << 20;
    private static final String REMEDY = "; write GBNF whose first rule is root";

    private final Path path;

    GrammarFile(Path path) {
        this.path = path;
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
                throw failure("is no regular file; write the grammar into a file");
            }
            if (Files.size(path) > MOST_BYTES) {
                throw failure("has " + Files.size(path) + " bytes, and more than " + MOST_BYTES
                        + " are no grammar; check the path");
            }
            String text = decode(Files.readAllBytes(path));
            if (text.isBlank()) {
                throw failure("is empty" + REMEDY);
            }
            return text;
        } catch (IOException e) {
            throw failure("cannot be read (" + e + "); check its permissions");
        }
    }

    /** The failure of a grammar that the sampler does not take. */
    FailedException refused(ShearlingException cause) {
        String message = String.valueOf(cause.getMessage());
        return failure("does not parse ("
                + message.substring(message.indexOf(": ") + 2).strip() + ")" + REMEDY);
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

    private FailedException failure(String fault) {
        return new FailedException("the grammar " + path + " " + fault);
    }
}
