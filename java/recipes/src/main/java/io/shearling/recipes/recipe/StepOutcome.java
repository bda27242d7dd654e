package io.shearling.recipes.recipe;

import java.util.List;

/**
 * What a step did besides the model that it wrote.
 *
 * @param removedLayers layers that are gone, by their numbers in the model that the step read, ascending
 * @param facts what it did, a clause each, for the report
 */
public record StepOutcome(List<Integer> removedLayers, List<String> facts) {
    /** Copies the lists. */
    public StepOutcome {
        removedLayers = List.copyOf(removedLayers);
        facts = List.copyOf(facts);
    }
}
