package io.shearling.recipes.statistics;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.runtime.Model;
import io.shearling.runtime.Vocabulary;
import java.util.Arrays;

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
     * @param size tokens of a chunk
     * @param most chunks that are wanted; 0 for all
     * @throws RecipeException when the text has less than two chunks, or fewer than are asked for
     */
    public static TextChunks of(Model model, Text text, int size, int most) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        int[] tokens = model.tokenizer().encode(text.text());
        int there = tokens.length / size;
        if (there < 2 || there < most) {
            throw new RecipeException(
                    Kind.TEXT,
                    text.name(),
                    "it has " + tokens.length + " tokens, which is "
                            + (there < 2 ? "less than 2" : there + " of " + most) + " chunks of " + size,
                    there < 2 ? "give a longer text" : "give a longer text, or ask for fewer chunks");
        }
        int begin = vocabulary.addsBeginOfText() ? vocabulary.beginOfText().orElse(-1) : -1;
        return new TextChunks(tokens, size, most == 0 ? there : most, begin);
    }

    /**
     * The first of them, or all where there are fewer.
     *
     * @param most of them; 0 for all
     */
    public TextChunks first(int most) {
        return new TextChunks(tokens, size, most == 0 ? count : Math.min(count, most), begin);
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
