package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.MeasureSettings;
import io.shearling.recipes.recipe.StepContext;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.nio.file.Path;
import java.util.Optional;

/** Measures models beside their original: both run over the same chunks, on the CPU, so that the same figures come out again. */
final class Measuring {
    /** Hears how many chunks are done. */
    @FunctionalInterface
    interface Listener {
        void chunks(int done, int all);
    }

    private final Path original;
    private final Text text;
    private final MeasureSettings settings;
    private final int threads;

    Measuring(Path original, Text text, MeasureSettings settings, int threads) {
        this.original = original;
        this.text = text;
        this.settings = settings;
        this.threads = threads;
    }

    /**
     * Refuses what measuring or reading would refuse, before anything is computed.
     *
     * @param calibration that steps may read
     */
    void require(Optional<Text> calibration) {
        try (GgufFile file = GgufFile.open(original)) {
            if (CalibrationTexts.of(file.metadata()).contains(text)) {
                throw new RecipeException(
                        Kind.TEXT,
                        text.name(),
                        file.path().getFileName() + " was made with this text, and what is made of it would look better"
                                + " on it than it is",
                        "measure on another one");
            }
        }
        try (Model model = load(original)) {
            TextChunks.of(model, text, settings.contextTokens(), 0);
            calibration.ifPresent(read -> TextChunks.of(model, read, StepContext.CHUNK_TOKENS, 0));
        }
    }

    /** What the figures of a model depend on. */
    String key(Artifact source, Artifact model) {
        return Checksum.of(
                "figures",
                Kernels.version(),
                source.key(),
                model.key(),
                text.sha256(),
                Integer.toString(settings.chunks()),
                Integer.toString(settings.contextTokens()));
    }

    Figures of(Path model, Listener listener) {
        try (Model base = load(original);
                Model candidate = load(model)) {
            EvaluationOptions options = EvaluationOptions.DEFAULT
                    .withContextTokens(settings.contextTokens())
                    .withChunks(TextChunks.of(base, text, settings.contextTokens(), 0)
                            .first(settings.chunks())
                            .count())
                    .withThreads(threads);
            return Figures.of(Evaluation.against(
                    base, candidate, text, options, (done, all, figure) -> listener.chunks(done, all)));
        }
    }

    static Model load(Path model) {
        return Model.load(model, ModelOptions.builder().cpuOnly().build());
    }
}
