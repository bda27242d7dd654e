package io.shearling.recipes.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The recipes that come with this library. */
public final class ShippedRecipes {
    private static final List<String> NAMES =
            List.of("block-prune", "fast-laptop", "fit-size", "flap-20", "layer-chop");

    private ShippedRecipes() {}

    public static List<String> names() {
        return NAMES;
    }

    /** The text of one; empty where no recipe has this name. */
    public static Optional<String> text(String name) {
        return NAMES.contains(name) ? Optional.of(resource(name + ".yaml")) : Optional.empty();
    }

    /** What one is good for, a sentence; empty where no recipe has this name. */
    public static Optional<String> description(String name) {
        return text(name).map(text -> RecipeReader.description(name, text));
    }

    /**
     * Reads one.
     *
     * @param set values for its parameters
     * @throws io.shearling.recipes.RecipeException when one has none, or is set that it has not
     */
    public static Optional<Recipe> find(String name, Map<String, String> set) {
        return text(name).map(text -> RecipeReader.read(name, text, set));
    }

    /** The JSON schema of recipes, for editors. */
    public static String schema() {
        return resource("recipe.schema.json");
    }

    private static String resource(String name) {
        try (InputStream in = ShippedRecipes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of shearling-recipes lacks " + name + ": build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
