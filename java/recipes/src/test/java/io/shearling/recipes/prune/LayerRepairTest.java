package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerRepairTest {
    private static final int BLOCKS = 6;
    private static final TensorShape SHAPE = TensorShape.of(4, 3);
    private static final Repair LINEAR =
            new Repair.Linear(Text.of("text", "the quiet river"), StatisticsOptions.DEFAULT);

    @TempDir
    private Path folder = Path.of("");

    private static String name(int block) {
        return "blk." + block + ".ffn_down.weight";
    }

    private static float value(int block, int index) {
        return (float) new Random(block * 100L + index).nextGaussian();
    }

    /** @param odd a block whose tensor has another shape; -1 for none */
    private Path model(String architecture, int odd) {
        GgufMetadata metadata = GgufMetadata.builder()
                .put("general.architecture", architecture)
                .put(architecture + ".block_count", GgufValue.u32(BLOCKS))
                .put(architecture + ".context_length", GgufValue.u32(32))
                .put(architecture + ".embedding_length", GgufValue.u32(3))
                .put(architecture + ".feed_forward_length", GgufValue.u32(4))
                .put(architecture + ".attention.head_count", GgufValue.u32(1))
                .build();
        GgufWriter.Builder builder = GgufWriter.to(folder.resolve("model.gguf")).metadata(metadata);
        for (int block = 0; block < BLOCKS; block++) {
            builder.tensor(name(block), TensorType.F32, block == odd ? TensorShape.of(4, 2) : SHAPE);
        }
        try (GgufWriter writer = builder.open()) {
            for (int block = 0; block < BLOCKS; block++) {
                ByteBuffer data = ByteBuffer.allocate(block == odd ? 32 : 48).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; data.hasRemaining(); i++) {
                    data.putFloat(value(block, i));
                }
                writer.write(name(block), data.flip());
            }
            return writer.commit();
        }
    }

    private static LayerChoice layers(Integer... layers) {
        return new LayerChoice.Listed(List.of(layers));
    }

    @Test
    void merge_twoRuns_addsTheDifferencesToTheLayersBefore() {
        Path written;
        try (LayerPruning pruning = LayerPruning.of(model("llama", -1), layers(1, 2, 4), new Repair.Merge())) {
            written = pruning.write(folder.resolve("merged.gguf"), SplitRule.NONE, 2, (done, all) -> {});
        }
        try (GgufFile file = GgufFile.open(written)) {
            assertThat(file.tensors()).hasSize(3);
            for (int i = 0; i < 12; i++) {
                assertThat(at(file, 0, i)).isEqualTo((float) ((double) value(1, i) + value(2, i) - value(0, i)));
                assertThat(at(file, 1, i)).isEqualTo(value(4, i));
                assertThat(at(file, 2, i)).isEqualTo(value(5, i));
            }
        }
    }

    private static float at(GgufFile file, int block, int index) {
        TensorInfo tensor = file.tensor(name(block)).orElseThrow();
        ByteBuffer data = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, data);
        return data.getFloat(index * Float.BYTES);
    }

    private static void assertRefused(Path model, LayerChoice choice, Repair repair, String message) {
        assertThatThrownBy(() -> LayerPruning.of(model, choice, repair).close())
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODEL))
                .hasMessageContaining(message);
    }

    @Test
    void repair_withNoLayerBefore_isRefused() {
        Path model = model("llama", -1);
        String end = "layer 0, and there is none before it that ";
        assertRefused(model, layers(0, 1), LINEAR, end + "could be repaired; keep layer 0");
        assertRefused(model, layers(0, 3), new Repair.Merge(), end + "they could go into; keep layer 0");
    }

    @Test
    void linear_noRun_isRefused() {
        assertRefused(
                model("llama", -1),
                layers(1, 3),
                LINEAR,
                "the layers [1, 3] are no run, and one map stands for one run; take layers that follow one another");
    }

    @Test
    void linear_otherLayers_saysWhichModelsAreTaken() {
        assertRefused(
                model("falcon", -1),
                layers(2),
                LINEAR,
                "what layers of the architecture falcon add cannot be mapped; leave --repair out, or take a model of arcee, ");
    }

    @Test
    void merge_layersThatAreUnlike_isRefused() {
        assertRefused(
                model("llama", 2),
                layers(2),
                new Repair.Merge(),
                "layer 2 has other tensors than layer 1, and cannot be merged into it; leave --repair out");
    }
}
