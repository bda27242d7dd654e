package io.shearling.recipes.recipe;

import io.shearling.formats.preset.QuantizationPreset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is done to a model, in order, and how it is measured. Immutable; read by {@link RecipeReader}.
 *
 * @param name of the recipe
 * @param description what it is good for, a sentence; may be empty
 * @param text of the recipe, as it was read
 * @param parameters what stood for the names in it, by name
 * @param calibration the text that steps may read; empty: named by whoever runs it
 * @param evaluation the text that everything is measured on, another one; empty: named by whoever runs it
 * @param steps at least one
 * @param measure how much of the text is read
 * @param baseline mixes of the original that the report sets beside the result
 * @param gate what the result must reach to be published
 */
public record Recipe(
        String name,
        String description,
        String text,
        Map<String, String> parameters,
        Optional<Path> calibration,
        Optional<Path> evaluation,
        List<NamedStep> steps,
        MeasureSettings measure,
        List<QuantizationPreset> baseline,
        Gate gate) {
    /**
     * A step under the name that it has in this recipe.
     *
     * @param name no other step has it
     */
    public record NamedStep(String name, Step step) {}

    /** Copies map and lists. */
    public Recipe {
        parameters = Map.copyOf(parameters);
        steps = List.copyOf(steps);
        baseline = List.copyOf(baseline);
    }

    /** Whether a step reads the text of the calibration. */
    public boolean readsText() {
        return steps.stream().anyMatch(each -> each.step().readsText());
    }
}
