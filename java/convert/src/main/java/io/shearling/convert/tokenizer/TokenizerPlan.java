package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a GGUF file says of a tokenizer.
 *
 * @param keys the keys and values in order
 * @param size how many tokens there are
 * @param preTokenizer which pre-tokenizer it has and how that was found; empty for models without one
 * @param notes what the user should know, a sentence each
 */
public record TokenizerPlan(
        Map<String, GgufValue> keys, int size, Optional<PreTokenizerId> preTokenizer, List<String> notes) {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final float UNUSED_SCORE = -10_000;

    /** Keeps the order. */
    public TokenizerPlan {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        notes = List.copyOf(notes);
    }

    /** With another value under a key, which keeps its place if it has one. */
    TokenizerPlan with(String key, GgufValue value) {
        Map<String, GgufValue> more = new LinkedHashMap<>(keys);
        more.put(key, value);
        return new TokenizerPlan(more, size, preTokenizer, notes);
    }

    /**
     * With as many tokens as a model has rows for: what is missing is added as unused tokens, which no text becomes.
     *
     * @param rows of the embedding
     * @throws ConvertException when there are more tokens than rows
     */
    public TokenizerPlan fitting(long rows, String folder) {
        if (size == rows) {
            return this;
        }
        if (size > rows) {
            throw new ConvertException(
                    Kind.TOKENIZER,
                    folder,
                    "the tokenizer has " + size + " tokens, and the model's embedding has rows for " + rows,
                    "fetch the tokenizer that belongs to this model");
        }
        Map<String, GgufValue> more = new LinkedHashMap<>(keys);
        int missing = Math.toIntExact(rows - size);
        more.computeIfPresent(TOKENS, (key, value) -> withTexts((GgufArray) value, missing));
        more.computeIfPresent(TYPES, (key, value) -> withTypes((GgufArray) value, missing));
        more.computeIfPresent(SCORES, (key, value) -> withScores((GgufArray) value, missing));
        List<String> told = new ArrayList<>(notes);
        told.add("The embedding has rows for " + missing + " tokens more than the tokenizer; unused ones were added.");
        return new TokenizerPlan(more, (int) rows, preTokenizer, told);
    }

    private static GgufArray withTexts(GgufArray texts, int missing) {
        List<String> all = new ArrayList<>(texts.strings());
        for (int i = 0; i < missing; i++) {
            all.add("[PAD" + (texts.size() + i) + "]");
        }
        return GgufArray.ofStrings(all);
    }

    private static GgufArray withTypes(GgufArray types, int missing) {
        return GgufArray.ofInts(IntStream.range(0, types.size() + missing)
                .map(i -> i < types.size() ? (int) types.integer(i) : TokenType.UNUSED.code())
                .toArray());
    }

    private static GgufArray withScores(GgufArray scores, int missing) {
        float[] all = new float[scores.size() + missing];
        Arrays.fill(all, UNUSED_SCORE);
        for (int i = 0; i < scores.size(); i++) {
            all[i] = scores.elementType().integer() ? scores.integer(i) : (float) scores.number(i);
        }
        return GgufArray.ofFloats(all);
    }

    /** Adds the keys to metadata. */
    public void putInto(GgufMetadata.Builder metadata) {
        keys.forEach(metadata::put);
    }
}
