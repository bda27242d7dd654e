package io.shearling.recipes.recipe;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands for {@code ${name}} in a recipe: its own values, and in their place those that somebody sets for one run. */
final class Parameters {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");

    /** Before the names are known. */
    static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, Optional<String>> values;

    private Parameters(Map<String, Optional<String>> values) {
        this.values = values;
    }

    /**
     * Those of a recipe.
     *
     * @param own what stands under "parameters"
     * @param set for this run
     * @throws RecipeException when one is set that the recipe has not
     */
    static Parameters of(String file, Optional<RecipeNode> own, Map<String, String> set) {
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        own.ifPresent(node -> node.fields()
                .forEach((name, value) ->
                        values.put(name, value.isEmpty() ? Optional.empty() : Optional.of(value.text()))));
        set.forEach((name, value) -> {
            if (!values.containsKey(name)) {
                throw new RecipeException(
                        Kind.RECIPE,
                        file,
                        "it has no parameter \"" + name + "\"",
                        values.isEmpty()
                                ? "set none: it has no parameters"
                                : "set one of " + String.join(", ", values.keySet()));
            }
            values.put(name, Optional.of(value));
        });
        return new Parameters(values);
    }

    /** A text with values in place of the names. */
    String filled(String text, RecipeNode where) {
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (reference.find()) {
            String name = reference.group(1);
            Optional<String> value = values.get(name);
            if (value == null) {
                throw where.refused(
                        "there is no parameter \"" + name + "\"", "name it under \"parameters\", or write a value");
            }
            reference.appendReplacement(
                    filled,
                    Matcher.quoteReplacement(value.orElseThrow(() -> where.refused(
                            "the parameter \"" + name + "\" has no value", "set it with --set " + name + "=VALUE"))));
        }
        return reference.appendTail(filled).toString();
    }

    /** Their values, by name; without those that have none. */
    Map<String, String> values() {
        Map<String, String> known = new TreeMap<>();
        values.forEach((name, value) -> value.ifPresent(text -> known.put(name, text)));
        return known;
    }
}
