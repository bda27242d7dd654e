package io.shearling.convert.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tokens of a model by text and by number; there may be numbers without a token. */
final class Vocabulary {
    /** The largest vocabularies have 300,000 tokens. */
    static final int MAX_TOKENS = 1 << 22;

    private final Map<String, Integer> ids = new HashMap<>();
    private @Nullable String[] texts = new String[1 << 10];
    private double[] scores = new double[0];
    private int end;

    /** Adds a token. */
    void add(String text, int id) {
        if (id >= texts.length) {
            texts = Arrays.copyOf(texts, Math.min(MAX_TOKENS, Math.max(id + 1, 2 * texts.length)));
        }
        ids.put(text, id);
        texts[id] = text;
        end = Math.max(end, id + 1);
    }

    /** Adds the next token of a list with scores. */
    void addScored(String text, double score) {
        int id = end;
        if (id == scores.length) {
            scores = Arrays.copyOf(scores, Math.max(1 << 10, 2 * id));
        }
        scores[id] = score;
        add(text, id);
    }

    /** The number of a token, or -1. */
    int id(String text) {
        Integer id = ids.get(text);
        return id == null ? -1 : id;
    }

    /** The text of a number. */
    Optional<String> text(int id) {
        return id >= 0 && id < end ? Optional.ofNullable(texts[id]) : Optional.empty();
    }

    /** The score of a number; only for lists with scores. */
    double score(int id) {
        return scores[id];
    }

    /** How many texts there are. */
    int size() {
        return ids.size();
    }

    /** One more than the largest number. */
    int end() {
        return end;
    }
}
