package io.shearling.cli;

import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.RecipeReader;
import io.shearling.recipes.recipe.ShippedRecipes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The recipe of a command: a shipped one or a file, and the values of its parameters. */
final class RecipeArgument {
    /** Names of the shipped recipes. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ShippedRecipes.names().iterator();
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RECIPE",
            completionCandidates = Names.class,
            description = "A shipped recipe (${COMPLETION-CANDIDATES}), or a file in YAML.")
    private @Nullable String name;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "The value of a parameter of the recipe, as size=90MB.")
    private Map<String, String> set = new LinkedHashMap<>();

    /** Reads it; the name of a shipped recipe is that recipe, whatever files there are. */
    Recipe read() {
        if (name == null) {
            throw new UsageException(
                    "the recipe is missing; name a file, or one of " + String.join(", ", ShippedRecipes.names()));
        }
        String named = name;
        try {
            return ShippedRecipes.find(named, set).orElseGet(() -> RecipeReader.read(Path.of(named), set));
        } catch (InvalidPathException e) {
            throw new UsageException("no file can have the name of the recipe; name another one");
        }
    }
}
