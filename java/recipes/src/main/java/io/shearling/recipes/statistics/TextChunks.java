package io.shearling.recipes.statistics;

import io.shearling.recipes.statistics.StatisticsException.Kind;
import io.shearling.runtime.Model;
import io.shearling.runtime.Vocabulary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A text as a model's tokens, in chunks that have nothing to do with each other: the protocol of llama.cpp's own tools.
 *
 * <p>The whole text is cut into tokens once, with the special tokens that the model asks for; text that spells a special token
 * stays text. Chunks follow one another without overlap, what is left at the end is not read, and where the model wants a token at
 * the beginning of a text, it takes the place of the first token of each chunk. Immutable and thread-safe.
 */
public final class TextChunks {
    private final int[] tokens;
    private final int size;
    private final int count;
    private final int begin;

    private TextChunks(int[] tokens, int size, int count, int begin) {
        this.tokens = tokens;
        this.size = size;
        this.count = count;
        this.begin = begin;
    }

    /**
     * Cuts a text.
     *
     * @param name of the text, for messages
     * @param size tokens of a chunk
     * @param most chunks that are wanted; 0 for all
     * @throws StatisticsException when the text has less than two chunks, or fewer than are asked for
     */
    public static TextChunks of(Model model, String name, String text, int size, int most) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        int[] tokens = model.tokenizer().encode(text);
        int there = tokens.length / size;
        if (there < 2 || there < most) {
            throw new StatisticsException(
                    Kind.TEXT,
                    name,
                    "it has " + tokens.length + " tokens, which is "
                            + (there < 2 ? "less than 2" : there + " of " + most) + " chunks of " + size,
                    there < 2 ? "give a longer text" : "give a longer text, or ask for fewer chunks");
        }
        int begin = vocabulary.addsBeginOfText() ? vocabulary.beginOfText().orElse(-1) : -1;
        return new TextChunks(tokens, size, most == 0 ? there : most, begin);
    }

    /**
     * Reads a file as llama.cpp's tools do: without the line break at its very end.
     *
     * @throws StatisticsException when it cannot be read or is not UTF-8
     */
    public static String read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StatisticsException(
                    Kind.TEXT, file.toString(), "it is not UTF-8", "convert it to UTF-8 and try again", e);
        } catch (IOException e) {
            throw new StatisticsException(Kind.IO, file.toString(), "the text cannot be read", "check the path", e);
        }
    }

    /** The checksum of a text in UTF-8, 64 lower-case hexadecimal digits. */
    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }

    /** How many chunks there are. */
    public int count() {
        return count;
    }

    /** Tokens of a chunk. */
    public int size() {
        return size;
    }

    /** The tokens of a chunk, a fresh array. */
    public int[] chunk(int index) {
        int from = Math.multiplyExact(index, size);
        int[] chunk = Arrays.copyOfRange(tokens, from, from + size);
        if (begin >= 0) {
            chunk[0] = begin;
        }
        return chunk;
    }
}
