package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthPruning;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.prune.WidthShares;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Narrower models in the reference tools: these say of them what we do, and quantize them. */
class WidthPruningReferenceIT {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.DEFAULT.withContextTokens(128).withChunks(2);

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5, 1, true, llama",
        "0.7, 1, 1, false, deci",
        "0.7, 0.6, 1, false, deci",
        "1, 1, 0.5, true, llama",
        "0.7, 0.6, 0.5, false, deci"
    })
    void pruned_isTheSame_andIsQuantized(
            double neurons, double heads, double hidden, boolean layerwise, String architecture) {
        Path source = new TinyCheckpoint(512, 4, 8, 4, 1).write(folder.resolve("checkpoint"));
        Path model;
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.F32))) {
            model = conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
        Path pruned = folder.resolve("pruned.gguf");
        WidthOptions options = new WidthOptions(
                new WidthShares(neurons, heads, hidden),
                WidthScore.FLAP,
                true,
                layerwise,
                0,
                Prose.words(folder, 1, 1500),
                StatisticsOptions.DEFAULT.withChunks(128, 8));
        try (WidthPruning pruning = WidthPruning.of(model, options, 2, (done, all) -> {})) {
            pruning.write(pruned, SplitRule.NONE, 2, (done, all) -> {});
        }
        try (GgufFile file = GgufFile.open(pruned)) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo(architecture);
        }
        Text other = Prose.words(folder, 2, 1500);
        Path text = folder.resolve("words-2.txt");
        double expected = perplexity(pruned, other);
        assertThat(reference(pruned, text)).isCloseTo(expected, withinPercentage(0.1));
        Path small = folder.resolve("small.gguf");
        ReferenceTools.find()
                .run("llama-quantize", Duration.ofMinutes(1), pruned.toString(), small.toString(), "Q4_K_M");
        assertThat(reference(small, text)).isCloseTo(expected, withinPercentage(20));
        try (GgufFile file = GgufFile.open(small)) {
            assertThat(file.tensors())
                    .filteredOn(tensor -> tensor.shape().rank() > 1)
                    .extracting(TensorInfo::type)
                    .containsOnly(TensorType.Q4_K, TensorType.Q6_K);
        }
    }

    private static double perplexity(Path model, Text text) {
        try (Model loaded = Model.load(model)) {
            return Evaluation.of(loaded, text, OPTIONS, EvaluationListener.NONE)
                    .perplexity()
                    .value();
        }
    }

    private static double reference(Path model, Path text) {
        return Double.parseDouble(LlamaPerplexity.run(model, text, 2, "-c", "128")
                .numbers("Final estimate: PPL")
                .get(0));
    }
}
