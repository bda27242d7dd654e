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
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be told of narrower models from headers: their keys and shapes, and what is refused. */
class WidthPruningTest {
    private static final int WIDTH = 256;
    private static final long HEAD = 32;
    private static final TensorType FLOATS = TensorType.F16;

    @TempDir
    private Path folder = Path.of("");

    private int files;

    private GgufMetadata.Builder keys(String architecture, int[] neurons, int[] heads, int[] headsKv) {
        return GgufMetadata.builder()
                .put("general.architecture", architecture)
                .put(architecture + ".block_count", GgufValue.u32(neurons.length))
                .put(architecture + ".context_length", GgufValue.u32(32))
                .put(architecture + ".embedding_length", GgufValue.u32(WIDTH))
                .put(architecture + ".feed_forward_length", GgufArray.ofInts(neurons))
                .put(architecture + ".attention.head_count", GgufArray.ofInts(heads))
                .put(architecture + ".attention.head_count_kv", GgufArray.ofInts(headsKv))
                .put(architecture + ".attention.key_length", GgufValue.u32(HEAD))
                .put(architecture + ".attention.value_length", GgufValue.u32(HEAD))
                .put(architecture + ".rope.dimension_count", GgufValue.u32(HEAD));
    }

    /** A file with holes in place of the data. */
    private GgufWriter.Builder model(String architecture, int[] neurons, int[] heads, int[] headsKv, TensorType type) {
        GgufWriter.Builder model = GgufWriter.to(folder.resolve("model.gguf"))
                .metadata(keys(architecture, neurons, heads, headsKv).build())
                .tensor("token_embd.weight", type, TensorShape.of(WIDTH, 64))
                .tensor("output_norm.weight", TensorType.F32, TensorShape.of(WIDTH))
                .tensor("output.weight", type, TensorShape.of(WIDTH, 64));
        for (int layer = 0; layer < neurons.length; layer++) {
            String prefix = "blk." + layer + ".";
            if (headsKv[layer] > 0) {
                model.tensor(prefix + "attn_norm.weight", TensorType.F32, TensorShape.of(WIDTH))
                        .tensor(prefix + "attn_q.weight", type, TensorShape.of(WIDTH, heads[layer] * HEAD))
                        .tensor(prefix + "attn_q.bias", TensorType.F32, TensorShape.of(heads[layer] * HEAD))
                        .tensor(prefix + "attn_k.weight", type, TensorShape.of(WIDTH, headsKv[layer] * HEAD))
                        .tensor(prefix + "attn_v.weight", type, TensorShape.of(WIDTH, headsKv[layer] * HEAD))
                        .tensor(prefix + "attn_output.weight", type, TensorShape.of(heads[layer] * HEAD, WIDTH));
            }
            if (neurons[layer] > 0) {
                model.tensor(prefix + "ffn_norm.weight", TensorType.F32, TensorShape.of(WIDTH))
                        .tensor(prefix + "ffn_gate.weight", type, TensorShape.of(WIDTH, neurons[layer]))
                        .tensor(prefix + "ffn_up.weight", type, TensorShape.of(WIDTH, neurons[layer]))
                        .tensor(prefix + "ffn_down.weight", type, TensorShape.of(neurons[layer], WIDTH));
            }
        }
        return model;
    }

    private Path written(GgufWriter.Builder model) {
        Path file = folder.resolve(files++ + ".gguf");
        model.plan().writeHollow(file);
        return file;
    }

    private Path even(String architecture, TensorType type) {
        return written(model(architecture, each(3, 1024), each(3, 16), each(3, 8), type));
    }

    private static int[] each(int layers, int count) {
        int[] counts = new int[layers];
        Arrays.fill(counts, count);
        return counts;
    }

    private static WidthOptions options(double feedForward, double heads, double hidden, boolean layerwise) {
        return new WidthOptions(
                new WidthShares(feedForward, heads, hidden),
                WidthScore.FLAP,
                true,
                layerwise,
                0,
                Text.of("text", ""),
                StatisticsOptions.DEFAULT);
    }

    private GgufFile narrow(Path model, WidthOptions options) {
        Path target = folder.resolve("narrow.gguf");
        try (WidthPruning pruning = WidthPruning.foretold(model, options)) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
        }
        return GgufFile.open(target);
    }

    private static TensorShape shape(GgufFile file, String tensor) {
        return file.tensor(tensor).map(TensorInfo::shape).orElseThrow();
    }

    @Test
    void foretold_ofNeuronsAndHeads_hasBlocksOfTheKQuants() {
        try (GgufFile file = narrow(even("llama", FLOATS), options(0.5, 0.5, 1, true))) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
            assertThat(file.metadata().integer("llama.feed_forward_length")).isEqualTo(512);
            assertThat(file.metadata().integer("llama.attention.head_count")).isEqualTo(8);
            assertThat(file.metadata().integer("llama.attention.head_count_kv")).isEqualTo(4);
            assertThat(shape(file, "blk.2.ffn_down.weight")).isEqualTo(TensorShape.of(512, WIDTH));
            assertThat(shape(file, "blk.2.ffn_up.weight")).isEqualTo(TensorShape.of(WIDTH, 512));
            assertThat(shape(file, "blk.2.ffn_down.bias")).isEqualTo(TensorShape.of(WIDTH));
            assertThat(shape(file, "blk.2.attn_q.bias")).isEqualTo(TensorShape.of(8 * HEAD));
            assertThat(shape(file, "blk.2.attn_v.weight")).isEqualTo(TensorShape.of(WIDTH, 4 * HEAD));
            assertThat(shape(file, "blk.2.attn_output.weight")).isEqualTo(TensorShape.of(8 * HEAD, WIDTH));
            assertThat(shape(file, "blk.2.attn_output.bias")).isEqualTo(TensorShape.of(WIDTH));
        }
    }

    @Test
    void foretold_ofTheState_isNarrowerEverywhere() {
        WidthOptions half = new WidthOptions(
                new WidthShares(1, 1, 0.5),
                WidthScore.FLAP,
                true,
                false,
                64,
                Text.of("text", ""),
                StatisticsOptions.DEFAULT);
        try (GgufFile file = narrow(even("llama", FLOATS), half)) {
            assertThat(file.metadata().integer("llama.embedding_length")).isEqualTo(128);
            assertThat(shape(file, "token_embd.weight")).isEqualTo(TensorShape.of(128, 64));
            assertThat(shape(file, "output.weight")).isEqualTo(TensorShape.of(128, 64));
            assertThat(shape(file, "output_norm.weight")).isEqualTo(TensorShape.of(128));
            assertThat(shape(file, "blk.1.attn_norm.weight")).isEqualTo(TensorShape.of(128));
            assertThat(shape(file, "blk.1.attn_q.weight")).isEqualTo(TensorShape.of(128, 16 * HEAD));
            assertThat(shape(file, "blk.1.attn_q.bias")).isEqualTo(TensorShape.of(16 * HEAD));
            assertThat(shape(file, "blk.1.ffn_down.weight")).isEqualTo(TensorShape.of(1024, 128));
            assertThat(file.tensors()).noneMatch(tensor -> tensor.name().equals("blk.1.ffn_down.bias"));
        }
    }

    /** These want heads that together are as wide as the state, and know no biases. */
    @ParameterizedTest
    @ValueSource(strings = {"internlm2", "xverse", "deci"})
    void foretold_ofOthersOfItsKind_isDeci(String architecture) {
        try (GgufFile file = narrow(even(architecture, FLOATS), options(0.5, 1, 1, true))) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo("deci");
            assertThat(file.metadata().findArray("deci.feed_forward_length")).isPresent();
        }
    }

    /** As prune-blocks leaves them: one without neurons but for 32 zeros, and one zero head in the first layer. */
    @Test
    void foretold_ofUnevenLayers_leavesTheSmallOnesWhole() {
        Path model = written(
                model("deci", new int[] {1024, 32, 1024, 0}, new int[] {1, 16, 0, 16}, new int[] {1, 8, 0, 8}, FLOATS));
        try (GgufFile file = narrow(model, options(0.6, 0.5, 1, false))) {
            assertThat(shape(file, "blk.1.ffn_down.weight")).isEqualTo(TensorShape.of(32, WIDTH));
            assertThat(shape(file, "blk.0.ffn_down.weight").columns() % 256).isZero();
            assertThat(shape(file, "blk.0.attn_k.weight")).isEqualTo(TensorShape.of(WIDTH, HEAD));
            assertThat(shape(file, "blk.1.attn_output.weight").columns() % 256).isZero();
            assertThat(shape(file, "blk.3.attn_output.weight")).isEqualTo(TensorShape.of(16 * HEAD, WIDTH));
        }
    }

    @Test
    void foretold_ofWhatCannotBeCut_saysWhy() {
        assertRefused(even("qwen3", FLOATS), options(0.5, 1, 1, true), "models of the architecture qwen3 are not");
        assertRefused(
                even("llama", TensorType.Q8_0),
                options(0.5, 1, 1, true),
                "has the type q8_0, and only plain floats are cut; cut the model in F16, BF16 or F32 and quantize");
        assertRefused(
                even("llama", FLOATS),
                options(0.9, 1, 1, true),
                "a share of 0.9 of the neurons is all of them, for in a layer they stay in multiples of 256; keep less");
        assertRefused(
                even("llama", FLOATS),
                options(0.5, 0.9, 1, true),
                "a share of 0.9 of the key/value heads is all of them, for in a layer they stay in multiples of 4");
        assertRefused(
                written(model("deci", each(2, 512), each(2, 8), new int[] {4, 0}, FLOATS)),
                options(0.5, 1, 1, true),
                "its layer 1 has a matrix in the place of attention");
        assertRefused(
                written(model("llama", each(2, 512), each(2, 8), each(2, 4), FLOATS)
                        .tensor("blk.1.attn_qkv.weight", FLOATS, TensorShape.of(WIDTH, 16 * HEAD))),
                options(1, 0.5, 1, true),
                "it has queries, keys and values in one tensor, blk.1.attn_qkv.weight");
    }

    @Test
    void foretold_ofKeysThatAreNotTheTensors_saysWhich() {
        assertRefused(
                written(model("llama", each(2, 512), each(2, 8), each(2, 4), FLOATS)
                        .tensor("blk.99.ffn_up.weight", FLOATS, TensorShape.of(WIDTH, 512))),
                options(0.5, 1, 1, true),
                "it has blk.99.ffn_up.weight and 2 layers");
        GgufWriter.Builder wide = model("llama", each(2, 512), each(2, 8), each(2, 4), FLOATS)
                .metadata(keys("llama", each(2, 2_000_000_000), each(2, 8), each(2, 4))
                        .build());
        assertRefused(
                written(wide),
                options(0.5, 1, 1, true),
                "is 512 wide where its keys say 2000000000; get the model again");
        GgufWriter.Builder odd = model("llama", each(2, 512), each(2, 8), each(2, 4), FLOATS)
                .metadata(keys("llama", each(2, 512), each(2, 8), each(2, 3)).build());
        assertRefused(written(odd), options(0.5, 1, 1, true), "its layer 0 has 8 heads for 3 of keys and values");
    }

    private static void assertRefused(Path model, WidthOptions options, String message) {
        assertThatThrownBy(() -> WidthPruning.foretold(model, options).close())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }
}
