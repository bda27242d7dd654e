package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.model.LayerCounts;
import io.shearling.formats.model.ModelShape;

/**
 * The keys of a model whose layers have widths of their own. Where they are all alike it stays what it was; where they are not it
 * becomes one of {@link LlamaGraph#UNEVEN}, with a count for each layer. The width of a head is written in both, for llama.cpp divides
 * the width of the model by the heads of the first layer where it is not told.
 */
final class UnevenKeys {
    private static final String ARCHITECTURE = "general.architecture";

    private UnevenKeys() {}

    /**
     * The keys with these widths.
     *
     * @param keys of a model that {@link LlamaGraph} has, with as many layers in all other keys
     * @param shape of the model as it was
     * @param stays whether a model whose layers are all alike keeps its architecture
     */
    static GgufMetadata of(GgufMetadata keys, ModelShape shape, LayerWidths widths, boolean stays) {
        boolean uniform = widths.uniform() && stays;
        String from = shape.architecture() + ".";
        String name = uniform ? shape.architecture() : LlamaGraph.UNEVEN;
        GgufMetadata.Builder result = GgufMetadata.builder();
        for (String key : keys.keys()) {
            if (key.equals(ARCHITECTURE)) {
                result.put(ARCHITECTURE, name);
            } else {
                result.put(key.startsWith(from) ? name + "." + key.substring(from.length()) : key, keys.value(key));
            }
        }
        return result.put(name + ".block_count", GgufValue.u32(widths.layers()))
                .put(name + ".attention.head_count", value(widths.heads(), uniform))
                .put(name + ".attention.head_count_kv", value(widths.headsKv(), uniform))
                .put(name + ".feed_forward_length", value(widths.feedForward(), uniform))
                .put(name + ".attention.key_length", GgufValue.u32(shape.keyLength()))
                .put(name + ".attention.value_length", GgufValue.u32(shape.valueLength()))
                .build();
    }

    private static GgufValue value(LayerCounts counts, boolean uniform) {
        return uniform ? GgufValue.u32(counts.max()) : GgufArray.ofInts(counts.toArray());
    }
}
