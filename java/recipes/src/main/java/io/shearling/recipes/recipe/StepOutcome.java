package io.shearling.recipes.recipe;

import io.shearling.recipes.prune.PackedLayer;
import java.util.List;

/**
 * What a step did besides the model that it wrote.
 *
 * @param layers of which blocks of the model that the step read each layer of the one that it wrote is made; empty where all are as
 *     they were
 * @param facts what it did, a clause each, for the report
 */
public record StepOutcome(List<PackedLayer> layers, List<String> facts) {
    /** Copies the lists. */
    public StepOutcome {
        layers = List.copyOf(layers);
        facts = List.copyOf(facts);
    }
}
