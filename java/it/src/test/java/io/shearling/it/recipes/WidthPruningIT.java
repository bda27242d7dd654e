package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthPruning;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a narrower model says is what the wide one says without the columns that went. */
@Tag("once")
@ExtendWith(NativeLeakCheck.class)
class WidthPruningIT {
    private static final int WIDTH = 64;
    private static final int LAYERS = 3;
    private static final int NEURONS = 2 * WIDTH;
    private static final int HEAD = 16;
    private static final int HEADS_KV = 2;
    private static final int GROUP = 2;
    private static final StatisticsOptions READING = StatisticsOptions.DEFAULT.withChunks(64, 6);
    private static final EvaluationOptions EVALUATION =
            EvaluationOptions.DEFAULT.withContextTokens(64).withChunks(4).withThreads(1);

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Text text = Text.of("", "");

    @BeforeEach
    void write() {
        Path checkpoint =
                new TinyCheckpoint(WIDTH, LAYERS, GROUP * HEADS_KV, HEADS_KV, 4).write(folder.resolve("checkpoint"));
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(OutputType.F32))) {
            model = conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
        text = Prose.words(folder, 1, 1500);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 1, true, true, llama",
        "0.6, 1, true, false, deci",
        "0.6, 1, false, false, deci",
        "1, 0.7, true, false, deci",
        "1, 0.5, true, true, llama",
        "0.6, 0.7, false, false, deci",
        "0.6, 0.7, true, false, deci",
    })
    void pruned_isAsGoodAsMasked(double neurons, double heads, boolean bias, boolean layerwise, String architecture) {
        Path pruned = pruned(new WidthOptions(neurons, heads, WidthScore.FLAP, bias, layerwise, 16, text, READING));
        try (GgufFile file = GgufFile.open(pruned)) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo(architecture);
            assertThat(CalibrationTexts.of(file.metadata()).contains(text)).isTrue();
            assertThat(file.tensors().stream().anyMatch(tensor -> tensor.name().endsWith(".bias")))
                    .isEqualTo(bias);
        }
        double masked = perplexity(masked(pruned, bias));
        assertThat(perplexity(pruned)).isCloseTo(masked, within(1e-5 * masked));
        assertThat(perplexity(model)).isNotCloseTo(masked, within(1e-4 * masked));
    }

    /** The scores computed once more, plainly. */
    @ParameterizedTest
    @EnumSource
    void pruned_layerwise_keepsTheBest(WidthScore score) {
        Path pruned = pruned(new WidthOptions(0.25, 1, score, false, true, 1, text, READING));
        Statistics statistics = statistics();
        for (int layer = 0; layer < LAYERS; layer++) {
            String down = "blk." + layer + ".ffn_down.weight";
            float[] weights = ChangedModel.values(model, down);
            Importance inputs = statistics.importance().find(down).orElseThrow();
            float[] squares = inputs.meanSquares();
            float[] means = inputs.means().orElseThrow();
            double[] scores = IntStream.range(0, NEURONS)
                    .mapToDouble(neuron -> {
                        double sum = 0;
                        for (int row = 0; row < WIDTH; row++) {
                            double w = weights[row * NEURONS + neuron];
                            sum += score == WidthScore.FLAP ? w * w : Math.abs(w);
                        }
                        return score == WidthScore.FLAP
                                ? sum * (squares[neuron] - (double) means[neuron] * means[neuron])
                                : sum * Math.sqrt(squares[neuron]);
                    })
                    .toArray();
            Set<Integer> best = IntStream.range(0, NEURONS)
                    .boxed()
                    .sorted(Comparator.comparingDouble(neuron -> -scores[neuron]))
                    .limit(NEURONS / 4)
                    .collect(Collectors.toSet());
            assertThat(kept(pruned, "blk." + layer + ".ffn_up.weight", 1)).isEqualTo(best);
        }
    }

    @Test
    void of_quantizedOrTooLittle_isRefused() {
        assertThatThrownBy(() -> pruned(new WidthOptions(0.99, 1, WidthScore.FLAP, true, true, 32, text, READING)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(
                        "so little is to go that in multiples of 32 neurons and 1 key/value heads nothing does");
        assertThatThrownBy(() -> pruned(new WidthOptions(0.5, 1, WidthScore.FLAP, true, true, 48, text, READING)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("its feed-forward parts of 128 neurons are no multiples of 48");
    }

    private Path pruned(WidthOptions options) {
        try (WidthPruning pruning = WidthPruning.of(model, options, 2, (done, all) -> {})) {
            return pruning.write(folder.resolve("pruned.gguf"), SplitRule.NONE, 2, (done, all) -> {});
        }
    }

    /** Units whose rows are still there. */
    private Set<Integer> kept(Path pruned, String tensor, int rowsOfAUnit) {
        int size = rowsOfAUnit * WIDTH;
        float[] all = ChangedModel.values(model, tensor);
        float[] left = ChangedModel.values(pruned, tensor);
        Set<Integer> kept = new HashSet<>();
        int next = 0;
        for (int unit = 0; unit < all.length / size; unit++) {
            if (next < left.length && Arrays.equals(all, unit * size, (unit + 1) * size, left, next, next + size)) {
                kept.add(unit);
                next += size;
            }
        }
        assertThat(next).isEqualTo(left.length);
        return kept;
    }

    private Statistics statistics() {
        try (Model loaded = Model.load(model)) {
            return Statistics.collect(loaded, text, READING, StatisticsListener.NONE);
        }
    }

    private Path masked(Path pruned, boolean bias) {
        Statistics statistics = statistics();
        Map<String, Function<float[], float[]>> changed = new HashMap<>();
        Map<String, float[]> biases = new HashMap<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            Set<Integer> neurons = kept(pruned, prefix + "ffn_gate.weight", 1);
            Set<Integer> heads = kept(pruned, prefix + "attn_k.weight", HEAD);
            assertThat(kept(pruned, prefix + "attn_q.weight", GROUP * HEAD)).isEqualTo(heads);
            assertThat(kept(pruned, prefix + "attn_v.weight", HEAD)).isEqualTo(heads);
            List<Set<Integer>> sets = List.of(
                    neurons,
                    IntStream.range(0, WIDTH)
                            .filter(column -> heads.contains(column / (GROUP * HEAD)))
                            .boxed()
                            .collect(Collectors.toSet()));
            List<String> names = List.of(prefix + "ffn_down.", prefix + "attn_output.");
            for (int i = 0; i < 2; i++) {
                Set<Integer> columns = sets.get(i);
                String weight = names.get(i) + "weight";
                float[] means = statistics
                        .importance()
                        .find(weight)
                        .orElseThrow()
                        .means()
                        .orElseThrow();
                if (columns.size() == means.length) {
                    continue;
                }
                changed.put(weight, values -> zeroed(values, means.length, columns));
                if (bias) {
                    biases.put(names.get(i) + "bias", lost(ChangedModel.values(model, weight), means, columns));
                }
            }
        }
        return ChangedModel.write(model, folder.resolve("masked.gguf"), changed, biases);
    }

    private static float[] zeroed(float[] values, int columns, Set<Integer> kept) {
        for (int i = 0; i < values.length; i++) {
            values[i] = kept.contains(i % columns) ? values[i] : 0;
        }
        return values;
    }

    private static float[] lost(float[] values, float[] means, Set<Integer> kept) {
        float[] lost = new float[values.length / means.length];
        for (int row = 0; row < lost.length; row++) {
            for (int column = 0; column < means.length; column++) {
                lost[row] += kept.contains(column) ? 0 : values[row * means.length + column] * means[column];
            }
        }
        return lost;
    }

    private double perplexity(Path path) {
        try (Model loaded = Model.load(path)) {
            return Evaluation.of(loaded, Prose.words(folder, 2, 400), EVALUATION, EvaluationListener.NONE)
                    .perplexity()
                    .value();
        }
    }
}
