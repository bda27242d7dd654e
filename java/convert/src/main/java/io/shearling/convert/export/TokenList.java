package io.shearling.convert.export;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** The tokens of a GGUF file, by their numbers. */
final class TokenList {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    /** The score that converters give to tokens that were added later. */
    private static final float ADDED = -1000;

    private final GgufArray texts;
    private final int[] types;
    private final float[] scores;

    private TokenList(GgufArray texts, int[] types, float[] scores) {
        this.texts = texts;
        this.types = types;
        this.scores = scores;
    }

    static TokenList of(GgufModel model) {
        GgufMetadata metadata = model.metadata();
        GgufArray texts = metadata.array("tokenizer.ggml.tokens");
        int[] types = new int[texts.size()];
        Arrays.fill(types, NORMAL);
        metadata.findArray("tokenizer.ggml.token_type").ifPresent(array -> {
            check(model, array, texts);
            Arrays.setAll(types, id -> type((int) array.integer(id), id, texts));
        });
        float[] scores = metadata.findArray("tokenizer.ggml.scores")
                .map(array -> {
                    check(model, array, texts);
                    return array.floats();
                })
                .orElse(new float[0]);
        return new TokenList(texts, types, scores);
    }

    /** Of a number without a token older converters said that it is an unknown one. */
    private static int type(int type, int id, GgufArray texts) {
        return type == UNKNOWN && texts.string(id).equals(padding(id)) ? UNUSED : type;
    }

    private static String padding(int id) {
        return "[PAD" + id + "]";
    }

    private static void check(GgufModel model, GgufArray array, GgufArray texts) {
        if (array.size() != texts.size()) {
            throw model.fault("it has " + texts.size() + " tokens and what it says of them is of " + array.size());
        }
    }

    int size() {
        return types.length;
    }

    String text(int id) {
        return texts.string(id);
    }

    /** Its kind, by llama.cpp's numbers. */
    int type(int id) {
        return types[id];
    }

    /** How many tokens are of a kind. */
    int count(int type) {
        int count = 0;
        for (int one : types) {
            count += one == type ? 1 : 0;
        }
        return count;
    }

    boolean scored() {
        return scores.length > 0;
    }

    float score(int id) {
        return scores[id];
    }

    /** Whether a token is cut out of a text before anything else is done with it, or special as the unknown one is. */
    boolean added(int id) {
        return types[id] == CONTROL || types[id] == USER_DEFINED || types[id] == UNKNOWN;
    }

    /** Whether its score says that it was added later. */
    boolean scoredAsAdded(int id) {
        return scores.length > 0 && scores[id] == ADDED;
    }

    /** Whether no token has this number in the checkpoint. */
    boolean hole(int id) {
        return types[id] == UNUSED && text(id).equals(padding(id));
    }

    /** Calls with each number that a token has. */
    void forEach(IntConsumer action) {
        for (int id = 0; id < size(); id++) {
            if (!hole(id)) {
                action.accept(id);
            }
        }
    }
}
