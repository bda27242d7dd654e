package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.MeasureSettings;
import io.shearling.recipes.recipe.Recipe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a published model says of itself, in keys that begin with {@code shearling.recipe.}: the recipe, checksums of all that it was made
 * of, and the figures that were measured. Immutable.
 *
 * @param recipe name of the recipe
 * @param text of the recipe
 * @param parameters that it was run with
 * @param source name of the original's file
 * @param sourceSha256 of the original's files
 * @param calibrationSha256 of the text that steps have read; empty where none did
 * @param evaluation name of the text that it was measured on
 * @param evaluationSha256 of that text
 * @param measure how much of the text
 * @param kernels what computed
 * @param figures that were measured
 */
record Provenance(
        String recipe,
        String text,
        Map<String, String> parameters,
        String source,
        String sourceSha256,
        Optional<String> calibrationSha256,
        String evaluation,
        String evaluationSha256,
        MeasureSettings measure,
        String kernels,
        Figures figures) {
    private static final String PREFIX = "shearling.recipe.";

    /** The key of the file's own checksum, which is taken with zeros in its place. */
    static final String SHA256 = PREFIX + "sha256";

    /** What stands in its place while it is taken. */
    static final String NO_SHA256 = "0".repeat(64);

    private static final String NAME = PREFIX + "name";
    private static final String TEXT = PREFIX + "text";
    private static final String PARAMETERS = PREFIX + "parameters";
    private static final String SOURCE = PREFIX + "source.file";
    private static final String SOURCE_SHA256 = PREFIX + "source.sha256";
    private static final String CALIBRATION_SHA256 = PREFIX + "calibration.sha256";
    private static final String EVALUATION = PREFIX + "evaluation.file";
    private static final String EVALUATION_SHA256 = PREFIX + "evaluation.sha256";
    private static final String CHUNKS = PREFIX + "evaluation.chunks";
    private static final String CONTEXT = PREFIX + "evaluation.context";
    private static final String TOKENS = PREFIX + "evaluation.tokens";
    private static final String KERNELS = PREFIX + "kernels";
    private static final String PERPLEXITY = PREFIX + "perplexity";
    private static final String BASE_PERPLEXITY = PREFIX + "base_perplexity";
    private static final String RATIO = PREFIX + "perplexity_ratio";
    private static final String KL = PREFIX + "kl";
    private static final String SAME_TOP = PREFIX + "same_top";
    private static final String ERROR = "_error";

    Provenance {
        parameters = Map.copyOf(parameters);
    }

    /** That of what a recipe has made. */
    static Provenance of(Recipe recipe, Artifact source, RecipeTexts texts, Figures figures) {
        return new Provenance(
                recipe.name(),
                recipe.text(),
                recipe.parameters(),
                String.valueOf(source.model().getFileName()),
                source.key(),
                recipe.readsText() ? texts.calibration().map(Text::sha256) : Optional.empty(),
                texts.evaluation().name(),
                texts.evaluation().sha256(),
                recipe.measure(),
                Kernels.version(),
                figures);
    }

    /**
     * The keys of a model with these; what another recipe left there goes.
     *
     * @param sha256 of the file, or {@link #NO_SHA256}
     */
    GgufMetadata in(GgufMetadata model, String sha256) {
        GgufMetadata.Builder keys = model.toBuilder();
        model.keys().stream().filter(key -> key.startsWith(PREFIX)).forEach(keys::remove);
        keys.put(NAME, recipe)
                .put(TEXT, text)
                .put(
                        PARAMETERS,
                        GgufArray.ofStrings(new TreeMap<>(parameters)
                                .entrySet().stream()
                                        .map(each -> each.getKey() + "=" + each.getValue())
                                        .toList()))
                .put(SOURCE, source)
                .put(SOURCE_SHA256, sourceSha256);
        calibrationSha256.ifPresent(value -> keys.put(CALIBRATION_SHA256, value));
        keys.put(EVALUATION, evaluation)
                .put(EVALUATION_SHA256, evaluationSha256)
                .put(CHUNKS, GgufValue.u32(measure.chunks()))
                .put(CONTEXT, GgufValue.u32(measure.contextTokens()))
                .put(TOKENS, GgufValue.u64(figures.tokens()))
                .put(KERNELS, kernels);
        put(keys, PERPLEXITY, figures.perplexity());
        put(keys, BASE_PERPLEXITY, figures.basePerplexity());
        put(keys, RATIO, figures.ratio());
        put(keys, KL, figures.kl());
        put(keys, SAME_TOP, figures.sameTop());
        return keys.put(SHA256, sha256).build();
    }

    private static void put(GgufMetadata.Builder keys, String name, Estimate estimate) {
        keys.put(name, GgufValue.f64(estimate.value())).put(name + ERROR, GgufValue.f64(estimate.error()));
    }

    /**
     * The checksum that stands in a model.
     *
     * @throws RecipeException when none does
     */
    static String sha256(GgufMetadata model) {
        return model.findString(SHA256)
                .orElseThrow(() -> new RecipeException(
                        Kind.CLAIM,
                        model.file(),
                        "it does not say how it was made",
                        "verify what shearling compress has written, as it has written it"));
    }

    /**
     * What a model says of itself.
     *
     * @throws RecipeException when it says what cannot be
     * @throws io.shearling.formats.gguf.GgufException when it leaves something out
     */
    static Provenance of(GgufMetadata model) {
        return new Provenance(
                model.string(NAME),
                model.string(TEXT),
                parameters(model.array(PARAMETERS).strings()),
                model.string(SOURCE),
                model.string(SOURCE_SHA256),
                model.findString(CALIBRATION_SHA256),
                model.string(EVALUATION),
                model.string(EVALUATION_SHA256),
                new MeasureSettings(
                        number(model, CHUNKS, 0, Integer.MAX_VALUE),
                        number(model, CONTEXT, EvaluationOptions.LEAST_CONTEXT, EvaluationOptions.MOST_CONTEXT)),
                model.string(KERNELS),
                new Figures(
                        estimate(model, PERPLEXITY),
                        estimate(model, BASE_PERPLEXITY),
                        estimate(model, RATIO),
                        estimate(model, KL),
                        estimate(model, SAME_TOP),
                        model.integer(TOKENS)));
    }

    private static int number(GgufMetadata model, String key, int least, int most) {
        long value = model.integer(key);
        if (value < least || value > most) {
            throw new RecipeException(
                    Kind.CLAIM, model.file(), key + " is " + value + ", which cannot be", "take another file");
        }
        return (int) value;
    }

    private static Map<String, String> parameters(List<String> lines) {
        Map<String, String> parameters = new TreeMap<>();
        for (String line : lines) {
            int sign = Math.max(0, line.indexOf('='));
            parameters.put(line.substring(0, sign), line.substring(Math.min(line.length(), sign + 1)));
        }
        return parameters;
    }

    private static Estimate estimate(GgufMetadata model, String key) {
        return new Estimate(model.number(key), model.number(key + ERROR));
    }
}
