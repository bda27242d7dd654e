package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a model without a layer says is what it says when that layer adds nothing. */
@ExtendWith(NativeLeakCheck.class)
class LayerPruningIT {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.DEFAULT.withContextTokens(64).withChunks(4).withThreads(1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void pruned_denseAndWithExperts_isAsGoodAsMasked() {
        Text text = Prose.words(folder, 1, 400);
        TinyModels models = TinyModels.in(folder);
        for (Path model : List.of(models.llama(1), models.experts(1))) {
            double masked = perplexity(
                    MaskedModel.write(
                            model,
                            folder.resolve("masked.gguf"),
                            Pattern.compile("blk\\.0\\.(attn_output|ffn_down(_exps)?)\\.weight")),
                    text);
            Path pruned;
            try (LayerPruning pruning = LayerPruning.of(model, new LayerChoice.Listed(List.of(0)))) {
                pruned = pruning.write(folder.resolve("pruned.gguf"), SplitRule.NONE, 1, (done, all) -> {});
            }
            assertThat(perplexity(pruned, text)).isCloseTo(masked, within(1e-6 * masked));
            assertThat(perplexity(model, text)).isNotCloseTo(masked, within(1e-3 * masked));
        }
    }

    private static double perplexity(Path model, Text text) {
        try (Model loaded = Model.load(model)) {
            return Evaluation.of(loaded, text, OPTIONS, EvaluationListener.NONE)
                    .perplexity()
                    .value();
        }
    }
}
