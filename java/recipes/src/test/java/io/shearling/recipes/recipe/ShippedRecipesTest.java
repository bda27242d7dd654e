package io.shearling.recipes.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShippedRecipesTest {
    @Test
    void all_areRead_underTheirNames() {
        assertThat(ShippedRecipes.names()).isSorted().allSatisfy(name -> {
            Map<String, String> set = name.equals("fit-size") ? Map.of("size", "1MB") : Map.of();
            Recipe recipe = ShippedRecipes.find(name, set).orElseThrow();
            assertThat(recipe.name()).isEqualTo(name);
            assertThat(ShippedRecipes.description(name)).contains(recipe.description());
            assertThat(recipe.description()).isNotBlank();
        });
        assertThat(ShippedRecipes.find("../fit-size", Map.of())).isEmpty();
    }

    @Test
    void schema_knowsWhatTheReaderKnows() throws IOException {
        JsonValue.Fields schema = (JsonValue.Fields) JsonTree.read(
                StrictJson.within(20, 10_000),
                new ByteArrayInputStream(ShippedRecipes.schema().getBytes(StandardCharsets.UTF_8)));
        assertThat(names(schema)).containsExactlyInAnyOrderElementsOf(RecipeReader.FIELDS);
        assertThat(names(at(schema, "texts"))).containsExactlyInAnyOrderElementsOf(RecipeReader.TEXTS);
        assertThat(names(at(schema, "measure"))).containsExactlyInAnyOrderElementsOf(MeasureSettings.FIELDS);
        assertThat(names(at(schema, "gate"))).containsExactlyInAnyOrderElementsOf(Gate.FIELDS);
        JsonValue.Fields step =
                (JsonValue.Fields) at(schema, "steps").find("items").orElseThrow();
        assertThat(names(step))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(RecipeReader.STEPS.keySet().stream(), Stream.of("name"))
                                .toList());
        assertThat(names(at(step, PruneBlocks.KIND))).containsExactlyInAnyOrderElementsOf(PruneBlocks.FIELDS);
        assertThat(names(at(step, PruneLayers.KIND))).containsExactlyInAnyOrderElementsOf(PruneLayers.FIELDS);
        assertThat(names(at(step, PruneWidth.KIND))).containsExactlyInAnyOrderElementsOf(PruneWidth.FIELDS);
        assertThat(names(at(step, QuantizeWeights.KIND))).containsExactlyInAnyOrderElementsOf(QuantizeWeights.FIELDS);
    }

    private static JsonValue.Fields at(JsonValue.Fields schema, String property) {
        return (JsonValue.Fields) properties(schema).find(property).orElseThrow();
    }

    private static Set<String> names(JsonValue.Fields schema) {
        return properties(schema).values().keySet();
    }

    private static JsonValue.Fields properties(JsonValue.Fields schema) {
        return (JsonValue.Fields) schema.find("properties").orElseThrow();
    }
}
