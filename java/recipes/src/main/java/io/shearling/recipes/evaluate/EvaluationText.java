package io.shearling.recipes.evaluate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A text to evaluate models on. Text that spells a special token stays text.
 *
 * @param name the file, for messages and reports
 * @param text without the newline at its end, as llama-perplexity reads it
 * @param sha256 of the file's bytes, in hexadecimal
 */
public record EvaluationText(String name, String text, String sha256) {
    /** More would not fit in one array of tokens with room to spare, and no figure needs it. */
    private static final long MOST_BYTES = 1 << 29;

    /**
     * Reads a file of UTF-8.
     *
     * @throws EvaluationException when it cannot be read, is no UTF-8 or larger than half a gigabyte
     */
    public static EvaluationText read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new EvaluationException(file + " has " + size + " bytes, and at most " + MOST_BYTES
                        + " can be evaluated; cut a part out of it, for example with head -c");
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new EvaluationText(
                    file.toString(), text.endsWith("\n") ? text.substring(0, text.length() - 1) : text, hash(bytes));
        } catch (CharacterCodingException e) {
            throw new EvaluationException(
                    file + " is no text in UTF-8; convert it, for example with iconv -t UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new EvaluationException("there is no file " + file + "; give the text to evaluate on", e);
        } catch (IOException e) {
            throw new EvaluationException(
                    file + " cannot be read (" + e.getMessage() + "); give a file with the text to evaluate on", e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
