package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.model.TypeMix;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.recipe.QuantizeWeights;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a recipe will do to a model: the effect of every step on its size and its memory. Nothing is computed for it but headers.
 *
 * @param sourceBytes of the original's files
 * @param sourceParameters of all its tensors
 * @param sourceBlockCount its layers
 * @param sourceCacheBytes of its keys and values
 */
public record CompressionPlan(
        long sourceBytes, long sourceParameters, int sourceBlockCount, long sourceCacheBytes, List<PlannedStep> steps) {
    /** Tokens that the cache in a plan has room for. */
    public static final int CACHE_TOKENS = 4096;

    public CompressionPlan {
        steps = List.copyOf(steps);
    }

    /**
     * Plans it.
     *
     * @param model the original, or the first of its parts
     * @throws RecipeException when a step cannot be done with what the steps before it make
     */
    public static CompressionPlan of(Recipe recipe, Path model) {
        Path folder = folder();
        try {
            List<PlannedStep> steps = new ArrayList<>();
            Path input = model;
            for (NamedStep step : recipe.steps()) {
                Path target = folder.resolve(steps.size() + ".gguf");
                String unsure = foretold(step, input, target);
                steps.add(planned(step, target, unsure));
                input = target;
            }
            try (GgufFile file = GgufFile.open(model)) {
                return new CompressionPlan(
                        file.sizeBytes(), parameters(file), shape(file).blockCount(), cacheBytes(file), steps);
            }
        } finally {
            remove(folder);
        }
    }

    private static String foretold(NamedStep step, Path input, Path target) {
        try {
            return step.step().foretell(input, target);
        } catch (RecipeException e) {
            // The file of a step before it is not there any more when somebody reads this.
            throw e.at("step " + step.name());
        }
    }

    private static PlannedStep planned(NamedStep step, Path target, String unsure) {
        try (GgufFile file = GgufFile.open(target)) {
            Optional<Long> limit = step.step() instanceof QuantizeWeights quantize
                    ? quantize.budget().filter(Budget.Size.class::isInstance).map(size -> ((Budget.Size) size).bytes())
                    : Optional.empty();
            return new PlannedStep(
                    step,
                    limit.orElse(file.sizeBytes()),
                    parameters(file),
                    shape(file).blockCount(),
                    cacheBytes(file),
                    limit.isPresent() ? "at most this size" : unsure);
        }
    }

    private static long parameters(GgufFile file) {
        return TypeMix.of(file.tensors()).elements();
    }

    private static long cacheBytes(GgufFile file) {
        return shape(file).kvCacheBytes(CACHE_TOKENS, TensorType.F16, TensorType.F16);
    }

    private static ModelShape shape(GgufFile file) {
        return ModelShape.find(file.metadata())
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL,
                        file.path().toString(),
                        "this is no model with layers",
                        "give the GGUF file of a language model"));
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("shearling-plan");
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO,
                    "the folder for temporary files",
                    "nothing can be written there (" + e + ")",
                    "make room",
                    e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.getLogger(CompressionPlan.class.getName())
                    .log(System.Logger.Level.WARNING, folder + " cannot be removed; remove it by hand", e);
        }
    }
}
