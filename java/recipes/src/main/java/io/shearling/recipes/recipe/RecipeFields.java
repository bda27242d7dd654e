package io.shearling.recipes.recipe;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a mapping in a recipe. */
final class RecipeFields {
    private static final int MOST_CHUNKS = 1_000_000;

    private final RecipeNode owner;
    private final Map<String, RecipeNode> fields;

    RecipeFields(RecipeNode owner, Map<String, RecipeNode> fields, List<String> known) {
        this.owner = owner;
        this.fields = fields;
        fields.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw value.refused("\"" + name + "\" is not known here", "known are " + String.join(", ", known));
            }
        });
    }

    Optional<RecipeNode> find(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    RecipeNode require(String name) {
        return find(name).orElseThrow(() -> owner.refused("\"" + name + "\" is missing", "write it"));
    }

    /** Chunks of a text that a step reads; 0: all. */
    int chunks(int otherwise) {
        return find("chunks").map(each -> each.integer(0, MOST_CHUNKS)).orElse(otherwise);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }
}
