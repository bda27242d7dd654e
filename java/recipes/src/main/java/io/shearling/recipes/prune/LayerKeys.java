package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import java.util.Arrays;
import java.util.Set;

/** The keys of a model that has lost layers: their number, and a value for each layer where there is one. */
final class LayerKeys {
    private static final String SPLIT = "split.";

    /** Keys that have the architecture before them. */
    private static final String BLOCKS = "block_count";

    private static final String DENSE = "leading_dense_block_count";

    /** Arrays of an architecture that are no value for each layer, whatever their length. */
    private static final Set<String> WHOLE = Set.of("rope.dimension_sections", "classifier.output_labels");

    private LayerKeys() {}

    /**
     * The keys of a model of these layers.
     *
     * @param blockCount layers that it had
     * @param kept those of them that each layer takes its values from, ascending
     */
    static GgufMetadata of(GgufMetadata model, String architecture, int blockCount, int[] kept) {
        GgufMetadata.Builder keys = model.toBuilder();
        String prefix = architecture + ".";
        for (String key : model.keys()) {
            if (key.startsWith(SPLIT)) {
                keys.remove(key);
            } else if (key.startsWith(prefix)) {
                keys.put(key, value(key.substring(prefix.length()), model.value(key), blockCount, kept));
            }
        }
        return keys.build();
    }

    private static GgufValue value(String name, GgufValue value, int blockCount, int[] kept) {
        if (value instanceof GgufInteger number && name.equals(BLOCKS)) {
            return new GgufInteger(number.type(), kept.length);
        }
        if (value instanceof GgufInteger number && name.equals(DENSE)) {
            return new GgufInteger(
                    number.type(),
                    Arrays.stream(kept).filter(layer -> layer < number.value()).count());
        }
        if (value instanceof GgufArray each && each.size() == blockCount && !WHOLE.contains(name)) {
            return each.select(kept);
        }
        return value;
    }
}
