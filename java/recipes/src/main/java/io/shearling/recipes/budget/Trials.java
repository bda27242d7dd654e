package io.shearling.recipes.budget;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Base;
import io.shearling.recipes.evaluate.BaseOutputs;
import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.SpeedProbe;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Writes models with types of their own and measures them. One thread. */
final class Trials {
    private final Path model;
    private final QuantizationOptions quantization;
    private final EvaluationOptions evaluation;

    /**
     * Trials with a model.
     *
     * @param quantization all but the types
     * @param contextTokens of a chunk
     */
    Trials(Path model, QuantizationOptions quantization, int contextTokens) {
        this.model = model;
        this.quantization = quantization;
        evaluation = EvaluationOptions.DEFAULT
                .withContextTokens(contextTokens)
                .withThreads(quantization.threads())
                .withAllowCalibrationText(true);
    }

    static Model load(Path file) {
        return Model.load(file, ModelOptions.builder().cpuOnly().build());
    }

    /** Writes the model with these types; the one that was there goes first, so that there is room for one and no more. */
    void write(TypeTable types, Path file) {
        remove(file);
        QuantizationOptions options =
                quantization.withSettings(quantization.settings().withRequests(types.requests()));
        try (Quantization run = Quantization.of(model, options)) {
            run.write(file, SplitRule.NONE, (done, all) -> {});
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO,
                    file.toString(),
                    "it cannot be removed (" + e + ")",
                    "leave it alone during the search",
                    e);
        }
    }

    /** Keeps what a model says to a text, so that others can be compared with it. */
    void keep(Model base, Text text, int chunks, Path cache, EvaluationListener listener) {
        Evaluation.run(
                base,
                new Base.None(),
                Optional.of(text),
                evaluation.withChunks(chunks),
                new BaseOutputs(Optional.empty(), Optional.of(cache)),
                listener);
    }

    /** Compares the model with these types with what was kept of another over the same text. */
    Measurement measure(TypeTable types, Path file, Text text, int chunks, Path cache) {
        write(types, file);
        Divergences divergences = new Divergences();
        try (Model candidate = load(file)) {
            EvaluationReport report = Evaluation.run(
                    candidate,
                    new Base.Cache(cache, Optional.empty()),
                    Optional.of(text),
                    evaluation.withChunks(chunks),
                    BaseOutputs.NONE,
                    divergences);
            Comparison comparison = report.comparison().orElseThrow();
            return new Measurement(comparison.kl(), report.tokens(), divergences.values());
        }
    }

    /** How fast a model is. */
    static Speed speed(Path file, SpeedProbe probe) {
        try (Model model = load(file)) {
            return probe.measure(model);
        }
    }

    /** Gathers the divergences of tokens. */
    private static final class Divergences implements EvaluationListener {
        private double[] values = new double[1024];
        private int count;

        @Override
        public void progress(int chunksDone, int chunksAll, Estimate figure) {
            // Each measurement is one step of the search.
        }

        @Override
        public void divergences(double[] tokens) {
            if (values.length - count < tokens.length) {
                values = Arrays.copyOf(values, 2 * (count + tokens.length));
            }
            System.arraycopy(tokens, 0, values, count, tokens.length);
            count += tokens.length;
        }

        double[] values() {
            return Arrays.copyOf(values, count);
        }
    }
}
