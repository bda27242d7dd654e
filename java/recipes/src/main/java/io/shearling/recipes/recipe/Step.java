package io.shearling.recipes.recipe;

import java.nio.file.Path;
import java.util.Map;

/**
 * A step of a recipe: makes a model of another one. Immutable data; the same step on the same model makes the same bytes.
 *
 * <p>Steps whose weights are learnt would be further kinds: they read and write a model as these do.
 */
public sealed interface Step permits PruneBlocks, PruneLayers, PruneWidth, QuantizeWeights {
    /** What it is called in a recipe. */
    String kind();

    /** Its settings, by name, as a recipe has them: another step has others. */
    Map<String, String> settings();

    /** Whether it needs the text of the calibration. */
    boolean readsText();

    /** Whether weights have lost what further steps need: none may come after this one. */
    boolean last();

    /**
     * Makes the model.
     *
     * @param input is not changed
     * @throws io.shearling.recipes.RecipeException when it cannot be made of this one, or after an interrupt, which stays set
     */
    StepOutcome apply(Artifact input, StepContext context);

    /**
     * Foretells keys and tensors, as a file with holes in place of the data. What depends on measurements is foretold by what is of the
     * same size.
     *
     * @param input may have holes too
     * @param target a file that is not there yet
     * @return a clause about what cannot be foretold, or nothing
     * @throws io.shearling.recipes.RecipeException when it cannot be made of this one
     */
    String foretell(Path input, Path target);
}
