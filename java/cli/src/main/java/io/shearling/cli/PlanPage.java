package io.shearling.cli;

import io.shearling.recipes.compress.CompressionPlan;
import io.shearling.recipes.compress.PlannedStep;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.ShippedRecipes;
import java.util.Locale;
import java.util.Map;

/** What a recipe would do, as text and as JSON. */
final class PlanPage {
    private static final String ROW = "%-16s%10s%14s%8s%14s  %s%n";

    private PlanPage() {}

    static String of(CompressionPlan plan) {
        StringBuilder page = new StringBuilder();
        page.append(String.format(Locale.ROOT, ROW, "step", "size", "parameters", "layers", "cache of 4k", "settings"));
        page.append(row(
                "original",
                plan.sourceBytes(),
                plan.sourceParameters(),
                plan.sourceBlockCount(),
                plan.sourceCacheBytes(),
                ""));
        for (PlannedStep step : plan.steps()) {
            String unsure = step.unsure().isEmpty() ? "" : " (" + step.unsure() + ")";
            page.append(row(
                    step.step().name(),
                    step.sizeBytes(),
                    step.parameters(),
                    step.blockCount(),
                    step.cacheBytes(),
                    step.step().step().kind() + " " + words(step.step().step().settings()) + unsure));
        }
        return page.toString();
    }

    private static String row(String name, long bytes, long parameters, int layers, long cache, String settings) {
        return String.format(
                Locale.ROOT,
                ROW,
                name,
                Sizes.bytes(bytes),
                Sizes.count(parameters),
                layers,
                Sizes.bytes(cache),
                settings);
    }

    static String words(Map<String, String> settings) {
        return String.join(
                ", ",
                settings.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .toList());
    }

    /** The shipped recipes, a line each. */
    static String list() {
        StringBuilder page = new StringBuilder();
        for (String name : ShippedRecipes.names()) {
            page.append(String.format(
                    Locale.ROOT,
                    "%-14s%s%n",
                    name,
                    ShippedRecipes.description(name).orElseThrow()));
        }
        return page.toString();
    }

    static String json(Recipe recipe, CompressionPlan plan) {
        return JsonText.object(out -> {
            out.writeStringField("recipe", recipe.name());
            out.writeObjectFieldStart("original");
            out.writeNumberField("sizeBytes", plan.sourceBytes());
            out.writeNumberField("parameters", plan.sourceParameters());
            out.writeNumberField("blockCount", plan.sourceBlockCount());
            out.writeNumberField("cacheBytes", plan.sourceCacheBytes());
            out.writeEndObject();
            out.writeNumberField("cacheTokens", CompressionPlan.CACHE_TOKENS);
            out.writeArrayFieldStart("steps");
            for (PlannedStep step : plan.steps()) {
                out.writeStartObject();
                out.writeStringField("name", step.step().name());
                out.writeStringField("kind", step.step().step().kind());
                out.writeObjectFieldStart("settings");
                for (Map.Entry<String, String> setting :
                        step.step().step().settings().entrySet()) {
                    out.writeStringField(setting.getKey(), setting.getValue());
                }
                out.writeEndObject();
                out.writeNumberField("sizeBytes", step.sizeBytes());
                out.writeNumberField("parameters", step.parameters());
                out.writeNumberField("blockCount", step.blockCount());
                out.writeNumberField("cacheBytes", step.cacheBytes());
                out.writeStringField("unsure", step.unsure());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
