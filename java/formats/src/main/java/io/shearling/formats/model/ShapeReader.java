package io.shearling.formats.model;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufMetadata;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads a {@link ModelShape} and checks each number before it is used. */
final class ShapeReader {
    private final GgufMetadata metadata;
    private final String architecture;

    ShapeReader(GgufMetadata metadata) {
        this.metadata = metadata;
        this.architecture = metadata.string("general.architecture");
    }

    ModelShape read() {
        int blocks = required("block_count", 1, ModelShape.MAX_BLOCKS);
        int embedding = required("embedding_length", 1, Integer.MAX_VALUE);
        LayerCounts heads = counts("attention.head_count", blocks, LayerCounts.uniform(blocks, 0));
        LayerCounts headsKv = counts("attention.head_count_kv", blocks, heads);
        int headLength = heads.max() == 0 ? 0 : embedding / firstHeads(heads);
        OptionalInt experts = optional("expert_count", 0, ModelShape.MAX_EXPERTS);
        checkExperts(experts.orElse(0), blocks);
        optional("nextn_predict_layers", 0, blocks);
        return new ModelShape(
                architecture,
                required("context_length", 1, Integer.MAX_VALUE),
                embedding,
                blocks,
                counts("feed_forward_length", blocks, LayerCounts.uniform(blocks, 0)),
                heads,
                headsKv,
                optional("attention.key_length", 0, 1 << 20).orElse(headLength),
                optional("attention.value_length", 0, 1 << 20).orElse(headLength),
                vocabulary(),
                positive(optional("attention.sliding_window", 0, Integer.MAX_VALUE)),
                positive(experts),
                pooling());
    }

    private void checkExperts(int experts, int blocks) {
        LayerCounts used = counts("expert_used_count", blocks, LayerCounts.uniform(blocks, 0));
        if (used.max() > experts || (experts > 0 && used.max() == 0)) {
            throw refused("expert_used_count", used.toString(), experts == 0 ? "0" : "1 to " + experts);
        }
        OptionalInt groups = optional("expert_group_count", 0, Math.max(0, experts - 1));
        if (groups.orElse(0) > 1) {
            if (experts % groups.getAsInt() != 0) {
                throw refused("expert_group_count", groups.getAsInt() + "", "a divisor of the " + experts + " experts");
            }
            required("expert_group_used_count", 1, groups.getAsInt() - 1);
        }
    }

    private OptionalInt vocabulary() {
        Optional<GgufArray> tokens = metadata.findArray("tokenizer.ggml.tokens");
        return tokens.isPresent() ? OptionalInt.of(tokens.get().size()) : optional("vocab_size", 1, Integer.MAX_VALUE);
    }

    private Optional<PoolingType> pooling() {
        OptionalLong code = metadata.findInteger(key("pooling_type"));
        // -1 stands for "unspecified"
        if (code.isEmpty() || code.getAsLong() == -1 || code.getAsLong() == 0xffff_ffffL) {
            return Optional.empty();
        }
        Optional<PoolingType> pooling = PoolingType.fromCode(code.getAsLong());
        if (pooling.isEmpty()) {
            throw refused("pooling_type", Long.toString(code.getAsLong()), "0 to 4");
        }
        return pooling;
    }

    /** A number for all layers, or an array with one for each. */
    private LayerCounts counts(String name, int blocks, LayerCounts otherwise) {
        String key = key(name);
        if (!(metadata.find(key).orElse(null) instanceof GgufArray array)) {
            OptionalInt one = optional(name, 0, Integer.MAX_VALUE);
            return one.isPresent() ? LayerCounts.uniform(blocks, one.getAsInt()) : otherwise;
        }
        if (!array.elementType().integer() || array.size() != blocks) {
            throw refused(name, array.toString(), "an integer for each of the " + blocks + " layers");
        }
        int[] counts = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            counts[i] = checked(name, array.integer(i), 0, Integer.MAX_VALUE);
        }
        return LayerCounts.of(counts);
    }

    private int required(String name, int least, int most) {
        return checked(name, metadata.integer(key(name)), least, most);
    }

    private OptionalInt optional(String name, int least, int most) {
        OptionalLong value = metadata.findInteger(key(name));
        return value.isPresent() ? OptionalInt.of(checked(name, value.getAsLong(), least, most)) : OptionalInt.empty();
    }

    private int checked(String name, long value, int least, int most) {
        if (value < least || value > most) {
            throw refused(name, Long.toString(value), least + " to " + most);
        }
        return (int) value;
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private GgufException refused(String name, String found, String allowed) {
        return new GgufException(
                GgufException.Kind.VALUE,
                metadata.file(),
                "the key " + key(name) + " is " + found + " where " + allowed + " is allowed",
                "the model cannot be run; fetch or convert it again");
    }

    private static int firstHeads(LayerCounts heads) {
        for (int i = 0; i < heads.layers(); i++) {
            if (heads.layer(i) > 0) {
                return heads.layer(i);
            }
        }
        return 1;
    }

    private static OptionalInt positive(OptionalInt value) {
        return value.orElse(0) > 0 ? value : OptionalInt.empty();
    }
}
