package io.shearling.recipes.compress;

import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import io.shearling.recipes.recipe.StepOutcome;

/**
 * What became of a step.
 *
 * @param model that it made
 * @param sizeBytes of that model's file
 * @param reused whether an earlier run had made it
 * @param figures of the model, beside the original
 */
public record StepReport(
        NamedStep step, Artifact model, long sizeBytes, boolean reused, StepOutcome outcome, Figures figures) {}
