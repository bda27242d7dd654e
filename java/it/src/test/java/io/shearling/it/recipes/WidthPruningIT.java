package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.TypeMix;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthPruning;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.prune.WidthShares;
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
        Path pruned = pruned(new WidthOptions(
                new WidthShares(neurons, heads, 1), WidthScore.FLAP, bias, layerwise, 16, text, READING));
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
        Path pruned = pruned(new WidthOptions(WidthShares.ofFeedForward(0.25), score, false, true, 1, text, READING));
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
                        return switch (score) {
                            case FLAP -> sum * (squares[neuron] - (double) means[neuron] * means[neuron]);
                            case WANDA -> sum * Math.sqrt(squares[neuron]);
                            case MINITRON -> Math.sqrt(squares[neuron]);
                        };
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

    /** Without half of the state: as if it were zero, and the norms divided by what is left. */
    @Test
    void pruned_hidden_isAsGoodAsMasked() {
        Path pruned = pruned(hidden(1));
        int[] kept = keptElements();
        try (GgufFile file = GgufFile.open(pruned)) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
            assertThat(file.metadata().integer("llama.embedding_length")).isEqualTo(WIDTH / 2);
        }
        Set<Integer> stay = Arrays.stream(kept).boxed().collect(Collectors.toSet());
        Map<String, Function<float[], float[]>> changed = new HashMap<>();
        changed.put("token_embd.weight", values -> zeroed(values, WIDTH, stay));
        changed.put("output_norm.weight", WidthPruningIT::narrowed);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            changed.put(prefix + "attn_norm.weight", WidthPruningIT::narrowed);
            changed.put(prefix + "ffn_norm.weight", WidthPruningIT::narrowed);
            for (String name : List.of("attn_output", "ffn_down")) {
                changed.put(prefix + name + ".weight", values -> {
                    int columns = values.length / WIDTH;
                    for (int i = 0; i < values.length; i++) {
                        values[i] = stay.contains(i / columns) ? values[i] : 0;
                    }
                    return values;
                });
            }
        }
        double masked = perplexity(ChangedModel.write(model, folder.resolve("masked.gguf"), changed, Map.of()));
        assertThat(perplexity(pruned)).isCloseTo(masked, within(1e-4 * masked));
        assertThat(perplexity(model)).isNotCloseTo(masked, within(1e-3 * masked));
    }

    /** Neurons and state at once: the model without the neurons, without the elements. */
    @Test
    void pruned_hiddenAndNeurons_isBothInTurn() {
        Path both = pruned(hidden(0.5));
        Path narrow = folder.resolve("narrow.gguf");
        write(new WidthOptions(WidthShares.ofFeedForward(0.5), WidthScore.FLAP, true, true, 16, text, READING), narrow);
        int[] kept = keptElements();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            for (String name : List.of("ffn_up.weight", "attn_k.weight", "attn_norm.weight", "ffn_down.bias")) {
                assertThat(ChangedModel.values(both, prefix + name))
                        .isEqualTo(columns(ChangedModel.values(narrow, prefix + name), kept));
            }
            assertThat(ChangedModel.values(both, prefix + "ffn_down.weight"))
                    .isEqualTo(rows(ChangedModel.values(narrow, prefix + "ffn_down.weight"), kept));
        }
    }

    private WidthOptions hidden(double neurons) {
        return new WidthOptions(new WidthShares(neurons, 1, 0.5), WidthScore.FLAP, true, true, 16, text, READING);
    }

    /** The half of the state's elements that is largest behind the norms, ascending. */
    private int[] keptElements() {
        Statistics statistics = statistics();
        double[] sizes = new double[WIDTH];
        for (int layer = 0; layer < LAYERS; layer++) {
            for (String reader : List.of(".attn_v.weight", ".ffn_gate.weight")) {
                float[] squares = statistics
                        .importance()
                        .find("blk." + layer + reader)
                        .orElseThrow()
                        .meanSquares();
                for (int i = 0; i < WIDTH; i++) {
                    sizes[i] += Math.sqrt(squares[i]);
                }
            }
        }
        return IntStream.range(0, WIDTH)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -sizes[i]))
                .limit(WIDTH / 2)
                .sorted()
                .mapToInt(i -> i)
                .toArray();
    }

    private static float[] narrowed(float[] norm) {
        for (int i = 0; i < norm.length; i++) {
            norm[i] *= (float) Math.sqrt(0.5);
        }
        return norm;
    }

    private static float[] columns(float[] values, int[] kept) {
        float[] picked = new float[values.length / WIDTH * kept.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[i / kept.length * WIDTH + kept[i % kept.length]];
        }
        return picked;
    }

    private static float[] rows(float[] values, int[] kept) {
        int columns = values.length / WIDTH;
        float[] picked = new float[columns * kept.length];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(values, kept[i] * columns, picked, i * columns, columns);
        }
        return picked;
    }

    @Test
    void foretold_hasTheSameSize() {
        WidthOptions options =
                new WidthOptions(new WidthShares(0.6, 0.7, 0.5), WidthScore.FLAP, true, false, 16, text, READING);
        long size;
        try (WidthPruning foretold = WidthPruning.foretold(model, options)) {
            size = TypeMix.of(foretold.plan(folder.resolve("foretold.gguf"), SplitRule.NONE)
                            .tensors())
                    .elements();
        }
        try (GgufFile file = GgufFile.open(pruned(options))) {
            assertThat((double) TypeMix.of(file.tensors()).elements()).isCloseTo((double) size, withinPercentage(1));
        }
    }

    /** The heads of a layer that stay are worth more than those that go. */
    @Test
    void pruned_heads_keepsTheBest() {
        Path pruned =
                pruned(new WidthOptions(new WidthShares(1, 0.5, 1), WidthScore.FLAP, true, true, 16, text, READING));
        Statistics statistics = statistics();
        for (int layer = 0; layer < LAYERS; layer++) {
            String output = "blk." + layer + ".attn_output.weight";
            float[] weights = ChangedModel.values(model, output);
            Importance inputs = statistics.importance().find(output).orElseThrow();
            float[] squares = inputs.meanSquares();
            float[] means = inputs.means().orElseThrow();
            double[] worth = new double[HEADS_KV];
            for (int i = 0; i < weights.length; i++) {
                int column = i % WIDTH;
                double variance = squares[column] - (double) means[column] * means[column];
                worth[column / (GROUP * HEAD)] += variance * weights[i] * weights[i];
            }
            assertThat(kept(pruned, "blk." + layer + ".attn_k.weight", HEAD))
                    .containsExactly(worth[0] > worth[1] ? 0 : 1);
        }
    }

    /** Biases are there by then, and get what goes now on top. */
    @Test
    void pruned_twice_isAsGoodAsMasked() {
        WidthOptions half =
                new WidthOptions(WidthShares.ofFeedForward(0.75), WidthScore.FLAP, true, true, 16, text, READING);
        Path once = write(half, folder.resolve("once.gguf"));
        model = once;
        Path twice = write(half, folder.resolve("twice.gguf"));
        Statistics statistics = statistics();
        for (int layer = 0; layer < LAYERS; layer++) {
            String down = "blk." + layer + ".ffn_down.";
            float[] means = statistics
                    .importance()
                    .find(down + "weight")
                    .orElseThrow()
                    .means()
                    .orElseThrow();
            Set<Integer> stay = kept(twice, "blk." + layer + ".ffn_up.weight", 1);
            float[] lost = lost(ChangedModel.values(once, down + "weight"), means, stay);
            float[] before = ChangedModel.values(once, down + "bias");
            float[] now = ChangedModel.values(twice, down + "bias");
            for (int i = 0; i < now.length; i++) {
                assertThat(now[i]).isCloseTo(before[i] + lost[i], within(1e-5F));
            }
        }
    }

    private Path pruned(WidthOptions options) {
        return write(options, folder.resolve("pruned.gguf"));
    }

    private Path write(WidthOptions options, Path target) {
        try (WidthPruning pruning = WidthPruning.of(model, options, 2, (done, all) -> {})) {
            return pruning.write(target, SplitRule.NONE, 2, (done, all) -> {});
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
