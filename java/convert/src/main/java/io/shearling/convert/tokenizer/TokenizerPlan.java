package io.shearling.convert.tokenizer;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** Adds the keys to metadata. */
    public void putInto(GgufMetadata.Builder metadata) {
        keys.forEach(metadata::put);
    }
}
