package io.shearling.recipes.compress;

import io.shearling.recipes.recipe.Recipe.NamedStep;

/**
 * What a step will make, as far as it can be known before it is done.
 *
 * @param sizeBytes of the file
 * @param parameters of all tensors
 * @param blockCount layers
 * @param cacheBytes of keys and values for {@link CompressionPlan#CACHE_TOKENS} tokens, as llama.cpp keeps them by default
 * @param unsure a clause about what is not known yet; empty where all is
 */
public record PlannedStep(
        NamedStep step, long sizeBytes, long parameters, int blockCount, long cacheBytes, String unsure) {}
