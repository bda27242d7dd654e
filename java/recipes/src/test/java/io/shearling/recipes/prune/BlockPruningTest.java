package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.prune.ResidualBlock.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockPruningTest {
    private static final int WIDTH = 8;
    private static final int NEURONS = 12;
    private static final List<String> NAMES = List.of(
            "attn_norm.weight",
            "attn_q.weight",
            "attn_output.weight",
            "attn_output.bias",
            "ffn_norm.weight",
            "ffn_gate.weight",
            "ffn_up.weight",
            "ffn_down.weight",
            "ffn_down.bias");

    @TempDir
    private Path folder = Path.of("");

    /** A file whose tensors are filled with the number of their layer. */
    private Path model(String architecture, int blocks, GgufMetadata more, List<String> names) {
        GgufMetadata keys = GgufMetadata.builder()
                .put("general.architecture", architecture)
                .put(architecture + ".block_count", GgufValue.u32(blocks))
                .put(architecture + ".context_length", GgufValue.u32(32))
                .put(architecture + ".embedding_length", GgufValue.u32(WIDTH))
                .put(architecture + ".feed_forward_length", GgufValue.u32(NEURONS))
                .put(architecture + ".attention.head_count", GgufValue.u32(2))
                .put(architecture + ".rope.dimension_count", GgufValue.u32(4))
                .putAll(more)
                .build();
        GgufWriter.Builder builder = GgufWriter.to(folder.resolve(architecture + ".gguf"))
                .metadata(keys)
                .tensor("rope_freqs.weight", TensorType.F32, TensorShape.of(2));
        List<String> all = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            for (String name : names) {
                all.add("blk." + block + "." + name);
                builder.tensor("blk." + block + "." + name, TensorType.F32, shape(name));
            }
        }
        try (GgufWriter writer = builder.open()) {
            writer.write("rope_freqs.weight", filled(TensorShape.of(2), 1));
            for (int i = 0; i < all.size(); i++) {
                String name = names.get(i % names.size());
                int layer = i / names.size();
                writer.write(all.get(i), filled(shape(name), layer));
            }
            return writer.commit();
        }
    }

    private static TensorShape shape(String name) {
        if (name.startsWith("ffn_down.weight")) {
            return TensorShape.of(NEURONS, WIDTH);
        }
        if (name.startsWith("ffn_gate") || name.startsWith("ffn_up")) {
            return TensorShape.of(WIDTH, NEURONS);
        }
        return name.endsWith("norm.weight") || name.endsWith("bias")
                ? TensorShape.of(WIDTH)
                : TensorShape.of(WIDTH, WIDTH);
    }

    private static ByteBuffer filled(TensorShape shape, float value) {
        ByteBuffer data = ByteBuffer.allocate((int) TensorType.F32.bytes(shape)).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putFloat(value);
        }
        return data.flip();
    }

    private GgufFile pruned(Path model, ResidualBlock... removed) {
        try (BlockPruning pruning = BlockPruning.of(model, List.of(removed))) {
            return GgufFile.open(pruning.write(folder.resolve("pruned.gguf"), SplitRule.NONE, 2, (done, all) -> {}));
        }
    }

    private static ResidualBlock attention(int layer) {
        return new ResidualBlock(layer, Part.ATTENTION);
    }

    private static ResidualBlock feedForward(int layer) {
        return new ResidualBlock(layer, Part.FEED_FORWARD);
    }

    private static GgufMetadata none() {
        return GgufMetadata.builder().build();
    }

    private static float first(GgufFile file, String name) {
        TensorInfo tensor = file.tensor(name).orElseThrow();
        ByteBuffer data = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, data);
        return data.flip().getFloat();
    }

    private static List<String> names(GgufFile file, int layer) {
        String prefix = "blk." + layer + ".";
        return file.tensors().stream()
                .map(TensorInfo::name)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    @Test
    void write_withoutAnAttention_hasNoHeadsThereAndCountsForEachLayer() {
        try (GgufFile file = pruned(model("llama", 3, none(), NAMES), attention(1))) {
            GgufMetadata keys = file.metadata();
            assertThat(keys.string("general.architecture")).isEqualTo("deci");
            assertThat(keys.keys()).noneMatch(key -> key.startsWith("llama."));
            assertThat(keys.integer("deci.block_count")).isEqualTo(3);
            assertThat(keys.integer("deci.rope.dimension_count")).isEqualTo(4);
            assertThat(keys.integer("deci.attention.key_length")).isEqualTo(4);
            assertThat(keys.integer("deci.attention.value_length")).isEqualTo(4);
            assertThat(keys.array("deci.attention.head_count")).isEqualTo(GgufArray.ofInts(2, 0, 2));
            assertThat(keys.array("deci.attention.head_count_kv")).isEqualTo(GgufArray.ofInts(2, 0, 2));
            assertThat(keys.array("deci.feed_forward_length")).isEqualTo(GgufArray.ofInts(12, 12, 12));
            assertThat(names(file, 1)).isEqualTo(NAMES.subList(4, NAMES.size()));
            assertThat(names(file, 2)).isEqualTo(NAMES);
            assertThat(file.tensor("rope_freqs.weight")).isPresent();
        }
    }

    @Test
    void write_withoutAFeedForward_hasANarrowOneOfZeros() {
        try (GgufFile file = pruned(model("llama", 3, none(), NAMES), feedForward(1))) {
            assertThat(file.metadata().array("deci.feed_forward_length")).isEqualTo(GgufArray.ofInts(12, 32, 12));
            assertThat(names(file, 1)).containsExactlyInAnyOrderElementsOf(NAMES.subList(0, NAMES.size() - 1));
            assertThat(first(file, "blk.1.attn_q.weight")).isEqualTo(1);
            assertThat(first(file, "blk.1.ffn_norm.weight")).isZero();
            TensorInfo down = file.tensor("blk.1.ffn_down.weight").orElseThrow();
            assertThat(down.shape()).isEqualTo(TensorShape.of(32, WIDTH));
            assertThat(down.type()).isEqualTo(TensorType.F16);
            assertThat(file.tensor("blk.1.ffn_up.weight").orElseThrow().shape()).isEqualTo(TensorShape.of(WIDTH, 32));
            assertThat(first(file, "blk.1.ffn_gate.weight")).isZero();
        }
    }

    @Test
    void write_withoutTheFirstAttention_hasAHeadOfZeros() {
        try (GgufFile file = pruned(model("llama", 3, none(), NAMES), attention(0))) {
            assertThat(file.metadata().array("deci.attention.head_count")).isEqualTo(GgufArray.ofInts(1, 2, 2));
            assertThat(file.metadata().array("deci.attention.head_count_kv")).isEqualTo(GgufArray.ofInts(1, 2, 2));
            assertThat(file.tensor("blk.0.attn_output.weight").orElseThrow().shape())
                    .isEqualTo(TensorShape.of(4, WIDTH));
            assertThat(file.tensor("blk.0.attn_output.bias")).isEmpty();
            assertThat(file.tensor("blk.0.attn_v.weight").orElseThrow().shape()).isEqualTo(TensorShape.of(WIDTH, 4));
        }
    }

    @Test
    void write_whereWholeLayersRemain_staysWhatItWas() {
        GgufMetadata heads = GgufMetadata.builder()
                .put("llama.attention.head_count", GgufArray.ofInts(2, 2, 2))
                .build();
        try (GgufFile file = pruned(model("llama", 3, heads, NAMES), feedForward(0), attention(1))) {
            GgufMetadata keys = file.metadata();
            assertThat(keys.string("general.architecture")).isEqualTo("llama");
            assertThat(keys.integer("llama.block_count")).isEqualTo(2);
            assertThat(keys.integer("llama.attention.head_count")).isEqualTo(2);
            assertThat(keys.integer("llama.feed_forward_length")).isEqualTo(NEURONS);
            assertThat(first(file, "blk.0.attn_q.weight")).isZero();
            assertThat(first(file, "blk.0.ffn_up.weight")).isEqualTo(1);
            assertThat(first(file, "blk.1.attn_q.weight")).isEqualTo(2);
        }
    }

    @Test
    void of_modelsThatLackBlocks_knowsThose() {
        GgufMetadata uneven = GgufMetadata.builder()
                .put("deci.attention.head_count", GgufArray.ofInts(2, 0, 2))
                .put("deci.feed_forward_length", GgufArray.ofInts(12, 12, 0))
                .build();
        Path model = model("deci", 3, uneven, NAMES.subList(4, NAMES.size()));
        assertRefused(model, "it has no block 1.attn; remove some of its 3 blocks, 0.attn to 1.ffn", attention(1));
        try (GgufFile file = pruned(model, feedForward(0))) {
            // The feed-forward of layer 1 follows the attention of layer 0; layer 2 was left out all along.
            assertThat(file.metadata().string("general.architecture")).isEqualTo("deci");
            assertThat(file.metadata().integer("deci.block_count")).isEqualTo(1);
        }
    }

    @Test
    void of_otherModels_saysWhichAreTaken() {
        assertRefused(
                model("qwen3", 2, none(), NAMES),
                "models of the architecture qwen3 are not computed as Llama is; give one of deci, internlm2,"
                        + " llama, xverse, or remove whole layers",
                attention(1));
        assertRefused(
                model("llama", 2, none(), List.of("attn_q.weight", "ffn_gate_inp.weight")),
                "it has blk.0.ffn_gate_inp.weight, which Llama's layers have not; give one of",
                attention(1));
    }

    @Test
    void of_blocksThatCannotGo_saysWhy() {
        Path model = model("llama", 2, none(), NAMES);
        assertRefused(model, "no block is to be removed; remove some of its 4 blocks, 0.attn to 1.ffn, not all");
        assertRefused(model, "it has no block 2.ffn", feedForward(2));
        assertRefused(
                model,
                "all of its blocks are to be removed",
                attention(0),
                feedForward(0),
                attention(1),
                feedForward(1));
    }

    private static void assertRefused(Path model, String message, ResidualBlock... removed) {
        assertThatThrownBy(() -> BlockPruning.of(model, List.of(removed)).close())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }
}
