package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.LayerRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Takes whole layers out.
 *
 * @param choice which ones
 */
public record PruneLayers(LayerChoice choice) implements Step {
    static final String KIND = "prune-layers";
    static final List<String> FIELDS = List.of("count", "rule", "layers");

    private static final int MOST_LAYERS = 511;
    private static final Map<String, LayerRule> RULES =
            Arrays.stream(LayerRule.values()).collect(Collectors.toMap(PruneLayers::name, rule -> rule));

    static PruneLayers read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        if (fields.has("layers")) {
            if (fields.has("count") || fields.has("rule")) {
                throw node.refused(
                        "\"layers\" names the layers, and \"count\" and \"rule\" choose them", "leave one out");
            }
            return new PruneLayers(new LayerChoice.Listed(fields.require("layers").items().stream()
                    .map(each -> each.integer(0, MOST_LAYERS))
                    .toList()));
        }
        LayerRule rule = fields.find("rule").map(each -> each.choice(RULES)).orElse(LayerRule.MIDDLE);
        return new PruneLayers(
                new LayerChoice.Ruled(rule, fields.require("count").integer(1, MOST_LAYERS)));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        if (choice instanceof LayerChoice.Ruled ruled) {
            settings.put("count", Integer.toString(ruled.count()));
            settings.put("rule", name(ruled.rule()));
        } else if (choice instanceof LayerChoice.Listed listed) {
            settings.put("layers", listed.layers().toString());
        }
        return settings;
    }

    @Override
    public boolean readsText() {
        return false;
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        try (LayerPruning pruning = LayerPruning.of(input.model(), choice)) {
            pruning.write(
                    context.target(),
                    SplitRule.NONE,
                    context.threads(),
                    (done, all) -> context.progress("pruning layers", "bytes", done, all));
            String removed = pruning.removed().stream().map(String::valueOf).collect(Collectors.joining(", "));
            return new StepOutcome(
                    pruning.removed(), List.of("without the layers " + removed + " of " + pruning.blockCount()));
        }
    }

    @Override
    public String foretell(Path input, Path target) {
        try (LayerPruning pruning = LayerPruning.of(input, choice)) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
            return "";
        }
    }

    private static String name(LayerRule rule) {
        return rule.name().toLowerCase(Locale.ROOT);
    }
}
