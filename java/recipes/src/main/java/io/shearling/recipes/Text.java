package io.shearling.recipes;

import io.shearling.recipes.RecipeException.Kind;
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
 * A text that models read, to be measured or to be calibrated. Text that spells a special token stays text.
 *
 * @param name the file, for messages and reports
 * @param text without the newline at its end, as llama.cpp's tools read it
 * @param sha256 of the file's bytes, 64 lower-case hexadecimal digits: the same text is known again by it
 */
public record Text(String name, String text, String sha256) {
    /** More would not fit in one array of tokens with room to spare, and no figure needs it. */
    private static final long MOST_BYTES = 1 << 29;

    /** A text that is in no file. */
    public static Text of(String name, String text) {
        return of(name, text.getBytes(StandardCharsets.UTF_8), text);
    }

    /**
     * Reads a file of UTF-8.
     *
     * @throws RecipeException when it cannot be read, is no UTF-8 or larger than half a gigabyte
     */
    public static Text read(Path file) {
        String name = file.toString();
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new RecipeException(
                        Kind.TEXT,
                        name,
                        "it has " + size + " bytes, and at most " + MOST_BYTES + " can be read",
                        "cut a part out of it, for example with head -c");
            }
            byte[] bytes = Files.readAllBytes(file);
            return of(
                    name,
                    bytes,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new RecipeException(
                    Kind.TEXT, name, "it is no text in UTF-8", "convert it, for example with iconv -t UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new RecipeException(Kind.IO, name, "there is no such file", "give a file with text", e);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, name, "it cannot be read (" + e.getMessage() + ")", "give a file with text", e);
        }
    }

    private static Text of(String name, byte[] bytes, String text) {
        String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return new Text(name, whole, hash(bytes));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
