package io.shearling.recipes.compress;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.recipe.Recipe;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The texts of a run. Their names are those of the files alone: what is written tells nobody of a machine's folders.
 *
 * @param evaluation that everything is measured on
 * @param calibration that steps may read; empty where there is none
 */
record RecipeTexts(Text evaluation, Optional<Text> calibration) {
    /**
     * Reads them.
     *
     * @throws RecipeException when one is missing, or both are the same
     */
    static RecipeTexts read(Recipe recipe, CompressionOptions options) {
        Text evaluation = options.evaluation()
                .or(recipe::evaluation)
                .map(RecipeTexts::read)
                .orElseThrow(() -> new RecipeException(
                        Kind.TEXT,
                        "recipe " + recipe.name(),
                        "it has no text to measure on",
                        "name one under \"texts: evaluation\", or with --evaluation TEXT"));
        Optional<Text> calibration =
                options.calibration().or(recipe::calibration).map(RecipeTexts::read);
        if (calibration.isEmpty() && recipe.readsText()) {
            throw new RecipeException(
                    Kind.TEXT,
                    "recipe " + recipe.name(),
                    "a step of it reads a text, and it has none",
                    "name one under \"texts: calibration\", or with --calibration TEXT");
        }
        if (calibration.isPresent() && calibration.get().sha256().equals(evaluation.sha256())) {
            throw new RecipeException(
                    Kind.TEXT,
                    evaluation.name(),
                    "this is the text of the calibration too, and what is measured on it looks better than it is",
                    "take another one");
        }
        return new RecipeTexts(evaluation, calibration);
    }

    /** Checksum and name of the calibration text, both of which stand in what is made with it; empty without one. */
    String calibrationKey() {
        return calibration.map(text -> text.sha256() + " " + text.name()).orElse("");
    }

    private static Text read(Path file) {
        Text text = Text.read(file);
        return new Text(String.valueOf(file.getFileName()), text.text(), text.sha256());
    }
}
