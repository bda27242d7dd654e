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
import io.shearling.recipes.RecipeException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerPruningTest {
    private static final TensorShape SHAPE = TensorShape.of(4, 3);
    private static final int BLOCKS = 5;

    @TempDir
    private Path folder = Path.of("");

    /** A file with a tensor for each block, filled with the block's number, and one outside of them. */
    private Path model(String architecture, GgufMetadata more) {
        GgufMetadata metadata = GgufMetadata.builder()
                .put("general.architecture", architecture)
                .put(architecture + ".block_count", GgufValue.u32(BLOCKS))
                .put(architecture + ".context_length", GgufValue.u32(32))
                .put(architecture + ".embedding_length", GgufValue.u32(4))
                .put(architecture + ".feed_forward_length", GgufArray.ofInts(10, 11, 12, 13, 14))
                .put(architecture + ".attention.head_count", GgufValue.u32(2))
                .put("tokenizer.ggml.scores", GgufArray.ofFloats(1, 2, 3, 4, 5))
                .putAll(more)
                .build();
        GgufWriter.Builder builder = GgufWriter.to(folder.resolve(architecture + ".gguf"))
                .metadata(metadata)
                .tensor("token_embd.weight", TensorType.F32, SHAPE);
        for (int block = 0; block < BLOCKS; block++) {
            builder.tensor(name(block), TensorType.F32, SHAPE);
        }
        try (GgufWriter writer = builder.open()) {
            writer.write("token_embd.weight", filled(100));
            for (int block = 0; block < BLOCKS; block++) {
                writer.write(name(block), filled(block));
            }
            return writer.commit();
        }
    }

    private static String name(int block) {
        return "blk." + block + ".attn_q.weight";
    }

    private static ByteBuffer filled(float value) {
        ByteBuffer data = ByteBuffer.allocate((int) TensorType.F32.bytes(SHAPE)).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putFloat(value);
        }
        return data.flip();
    }

    private static GgufMetadata none() {
        return GgufMetadata.builder().build();
    }

    private Path pruned(Path model, LayerChoice choice) {
        try (LayerPruning pruning = LayerPruning.of(model, choice)) {
            return pruning.write(folder.resolve("pruned.gguf"), SplitRule.NONE, 2, (done, all) -> {});
        }
    }

    private static void assertFilled(GgufFile file, String name, float value) {
        TensorInfo tensor = file.tensor(name).orElseThrow();
        ByteBuffer data = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, data);
        assertThat(data.flip()).isEqualTo(filled(value));
    }

    @Test
    void write_withoutTwoLayers_hasTheOthersInOrderWithTheirValues() {
        Path written = pruned(model("llama", none()), new LayerChoice.Listed(List.of(3, 1)));
        try (GgufFile file = GgufFile.open(written)) {
            assertThat(file.tensors()).hasSize(4);
            assertFilled(file, "token_embd.weight", 100);
            assertFilled(file, name(0), 0);
            assertFilled(file, name(1), 2);
            assertFilled(file, name(2), 4);
            assertThat(file.metadata().integer("llama.block_count")).isEqualTo(3);
            assertThat(file.metadata().array("llama.feed_forward_length")).isEqualTo(GgufArray.ofInts(10, 12, 14));
            // No value for each layer, though there are as many.
            assertThat(file.metadata().array("tokenizer.ggml.scores").size()).isEqualTo(5);
        }
    }

    @Test
    void write_byRule_isThatOfItsLayers() {
        Path ruled = pruned(model("llama", none()), new LayerChoice.Ruled(LayerRule.MIDDLE, 1));
        try (GgufFile file = GgufFile.open(ruled)) {
            assertFilled(file, name(1), 1);
            assertFilled(file, name(2), 3);
        }
    }

    @Test
    void write_denseLayersInFront_areCounted() {
        GgufMetadata dense = GgufMetadata.builder()
                .put("deepseek2.leading_dense_block_count", GgufValue.u32(2))
                .build();
        Path written = pruned(model("deepseek2", dense), new LayerChoice.Listed(List.of(1, 2)));
        try (GgufFile file = GgufFile.open(written)) {
            assertThat(file.metadata().integer("deepseek2.leading_dense_block_count"))
                    .isEqualTo(1);
        }
    }

    private static void assertRefused(Path model, LayerChoice choice, String message) {
        assertThatThrownBy(() -> LayerPruning.of(model, choice).close())
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODEL))
                .hasMessageContaining(message);
    }

    @Test
    void of_layersThatAreNotThere_saysWhichThereAre() {
        Path model = model("llama", none());
        String remedy = "; remove some of the layers 0 to 4, not all";
        assertRefused(
                model, new LayerChoice.Listed(List.of(1, 5)), "it has 5 layers, and none has the number 5" + remedy);
        assertRefused(model, new LayerChoice.Listed(List.of()), "of which none is to be removed" + remedy);
        assertRefused(model, new LayerChoice.Listed(List.of(0, 1, 2, 3, 4)), "all of which are to be removed" + remedy);
        assertRefused(model, new LayerChoice.Ruled(LayerRule.TOP, 5), "of which 5 cannot be removed" + remedy);
    }

    @Test
    void of_modelsWhoseLayersDependOnTheirPlace_saysWhichModelsAreTaken() {
        assertRefused(
                model("gemma3", none()),
                new LayerChoice.Listed(List.of(1)),
                "the layers of the architecture gemma3 are not known to be the same wherever they stand; prune one of"
                        + " apertus, ");
        GgufMetadata further = GgufMetadata.builder()
                .put("deepseek2.nextn_predict_layers", GgufValue.u32(1))
                .build();
        assertRefused(
                model("deepseek2", further),
                new LayerChoice.Listed(List.of(1)),
                "its last layers foretell further tokens");
        GgufMetadata without = GgufMetadata.builder()
                .put("deci.attention.head_count", GgufArray.ofInts(2, 0, 2, 2, 2))
                .build();
        assertRefused(
                model("deci", without),
                new LayerChoice.Listed(List.of(0)),
                "layer 1 would be the first, and it has no attention; keep one before it that has");
    }

    @Test
    void write_ontoTheModel_isRefusedAndLeavesIt() {
        Path model = model("llama", none());
        try (LayerPruning pruning = LayerPruning.of(model, new LayerChoice.Listed(List.of(1)))) {
            assertThatThrownBy(() -> pruning.write(model, SplitRule.NONE, 1, (done, all) -> {}))
                    .hasMessageContaining("the output would overwrite the input");
        }
        assertThat(Files.exists(model)).isTrue();
        try (GgufFile file = GgufFile.open(model)) {
            assertThat(file.tensors()).hasSize(6);
        }
    }
}
