package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.Repair;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The linear map that stands for layers, beside the same problem solved in another way: plainly, and with T in the place of T - 1. */
@Tag("once")
@ExtendWith(NativeLeakCheck.class)
class LinearRepairIT {
    private static final int WIDTH = 64;
    private static final int CHUNK = 64;
    private static final int CHUNKS = 8;
    private static final int LAYER = 1;
    private static final int LAST = 3;
    private static final double RIDGE = 0.05;
    private static final LayerChoice CHOICE = new LayerChoice.Listed(List.of(2, 3));
    private static final String WEIGHT = "blk.1.ffn_down.weight";
    private static final String BIAS = "blk.1.ffn_down.bias";

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Text text = Text.of("", "");

    /** Of five layers, with a bias where the map is folded in. */
    @BeforeEach
    void write() {
        Path checkpoint = new TinyCheckpoint(WIDTH, 5, 4, 2, 3).write(folder.resolve("checkpoint"));
        Path plain;
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(OutputType.F32))) {
            plain = conversion.write(folder.resolve("plain.gguf"), ConversionListener.NONE);
        }
        Random random = new Random(5);
        float[] bias = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            bias[i] = (float) random.nextGaussian() * 0.1f;
        }
        model = ChangedModel.write(plain, folder.resolve("model.gguf"), Map.of(), Map.of(BIAS, bias));
        text = Prose.words(folder, 1, 1500);
    }

    private Path repaired(Path from, int threads) {
        Repair repair = new Repair.Linear(text, StatisticsOptions.DEFAULT.withChunks(CHUNK, CHUNKS), RIDGE);
        try (LayerPruning pruning = LayerPruning.of(from, CHOICE, repair)) {
            return pruning.write(
                    folder.resolve("repaired-" + threads + ".gguf"), SplitRule.NONE, threads, (done, all) -> {});
        }
    }

    @Test
    void repaired_isTheSolutionOfLeastSquares() {
        Path made = repaired(model, 2);
        double[] map = expected();
        assertMapped(map, ChangedModel.values(model, WEIGHT), ChangedModel.values(made, WEIGHT));
        assertMapped(map, ChangedModel.values(model, BIAS), ChangedModel.values(made, BIAS));
        assertThat(ChangedModel.values(made, "blk.2.ffn_down.weight"))
                .containsExactly(ChangedModel.values(model, "blk.4.ffn_down.weight"));
        try (GgufFile file = GgufFile.open(made)) {
            assertThat(CalibrationTexts.of(file.metadata()).contains(text)).isTrue();
            assertThat(file.tensor(WEIGHT).orElseThrow().type()).isEqualTo(TensorType.F32);
        }
        assertThat(made).hasSameBinaryContentAs(repaired(model, 1));
    }

    @Test
    void repaired_quantized_hasHalvesInTheirPlace() {
        Path quantized = folder.resolve("quantized.gguf");
        try (Quantization quantization = Quantization.of(model, QuantizationOptions.of(QuantizationPreset.Q8_0))) {
            quantization.write(quantized, SplitRule.NONE, (done, all) -> {});
        }
        try (GgufFile file = GgufFile.open(repaired(quantized, 2))) {
            assertThat(file.tensor(WEIGHT).orElseThrow().type()).isEqualTo(TensorType.F16);
            assertThat(file.tensor("blk.2.ffn_down.weight").orElseThrow().type())
                    .isEqualTo(TensorType.Q8_0);
        }
    }

    @Test
    void repaired_textThatIsTooShort_saysSo() {
        text = Text.of("short.txt", "the quiet river");
        assertThatThrownBy(() -> repaired(model, 1))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("short.txt: it has ")
                .hasMessageContaining("give a longer text");
        assertThat(folder.resolve("repaired-1.gguf")).doesNotExist();
    }

    private static void assertMapped(double[] map, float[] before, float[] after) {
        int columns = before.length / WIDTH;
        double off = 0;
        double size = 0;
        for (int i = 0; i < WIDTH; i++) {
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int k = 0; k < WIDTH; k++) {
                    sum += map[i * WIDTH + k] * before[k * columns + column];
                }
                off += Math.pow(sum - after[i * columns + column], 2);
                size += Math.pow(sum - before[i * columns + column], 2);
            }
        }
        // Of what the map changes, not of what it leaves.
        assertThat(Math.sqrt(off)).isLessThan(1e-4 * Math.sqrt(size));
    }

    /** T of ‖M Tᵀ + Y - X‖² + r‖T - 1‖², by elimination. */
    private double[] expected() {
        float[][] after = states(model, LAYER);
        float[][] attended = states(
                MaskedModel.write(
                        model, folder.resolve("masked.gguf"), Pattern.compile("blk\\.1\\.ffn_down\\.(weight|bias)")),
                LAYER);
        float[][] wanted = states(model, LAST);
        double[][] gram = new double[WIDTH][WIDTH];
        double[][] right = new double[WIDTH][WIDTH];
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int token = 0; token < CHUNK; token++) {
                int at = token * WIDTH;
                for (int i = 0; i < WIDTH; i++) {
                    double m = (double) after[chunk][at + i] - attended[chunk][at + i];
                    for (int j = 0; j < WIDTH; j++) {
                        gram[i][j] += m * ((double) after[chunk][at + j] - attended[chunk][at + j]);
                        right[i][j] += m * ((double) wanted[chunk][at + j] - attended[chunk][at + j]);
                    }
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < WIDTH; i++) {
            trace += gram[i][i];
        }
        for (int i = 0; i < WIDTH; i++) {
            gram[i][i] += RIDGE * trace / WIDTH;
            right[i][i] += RIDGE * trace / WIDTH;
        }
        eliminate(gram, right);
        double[] map = new double[WIDTH * WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            for (int j = 0; j < WIDTH; j++) {
                map[j * WIDTH + i] = right[i][j];
            }
        }
        return map;
    }

    private static void eliminate(double[][] matrix, double[][] right) {
        for (int pivot = 0; pivot < WIDTH; pivot++) {
            for (int row = 0; row < WIDTH; row++) {
                double share = row == pivot ? 1 - 1 / matrix[pivot][pivot] : matrix[row][pivot] / matrix[pivot][pivot];
                for (int column = 0; column < WIDTH; column++) {
                    matrix[row][column] -= share * matrix[pivot][column];
                    right[row][column] -= share * right[pivot][column];
                }
            }
        }
    }

    /** What comes out of a layer, chunk by chunk. */
    private float[][] states(Path path, int layer) {
        float[][] states = new float[CHUNKS][CHUNK * WIDTH];
        StatisticsSettings settings = StatisticsSettings.upTo(layer, CHUNK, 1, List.of(), false);
        try (Model loaded = Model.load(path);
                StatisticsCollector collector = new StatisticsCollector(loaded, settings)) {
            TextChunks chunks = TextChunks.of(loaded, text, CHUNK, CHUNKS);
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                collector.step(chunks.chunk(chunk), null, CHUNK, false, states[chunk]);
            }
        }
        return states;
    }
}
