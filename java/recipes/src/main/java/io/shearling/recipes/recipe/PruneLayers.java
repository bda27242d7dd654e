package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.PruningListener;
import io.shearling.recipes.prune.Repair;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes whole layers out.
 *
 * @param choice which ones
 * @param method how the layer before them takes over some of their work
 * @param chunks of the text, of 512 tokens, that a repair reads; 0: all
 */
public record PruneLayers(LayerChoice choice, Method method, int chunks) implements Step {
    /** How a model is repaired. */
    public enum Method {
        /** Not at all. */
        NONE,
        /** As {@link Repair.Linear}. */
        LINEAR,
        /** As {@link Repair.Merge}. */
        MERGE
    }

    static final String KIND = "prune-layers";
    static final List<String> FIELDS = List.of("count", "rule", "layers", "repair", "chunks");

    private static final int MOST_LAYERS = 511;
    private static final int CHUNKS = 32;
    private static final int MOST_CHUNKS = 1_000_000;
    private static final int CHUNK_TOKENS = 512;
    private static final Map<String, Method> METHODS = Arrays.stream(Method.values())
            .collect(Collectors.toMap(method -> method.name().toLowerCase(Locale.ROOT), method -> method));

    /** What a plan is made with, which reads none. */
    private static final Text NO_TEXT = Text.of("the text to come", "");

    private static final Map<String, LayerRule> RULES =
            Arrays.stream(LayerRule.values()).collect(Collectors.toMap(PruneLayers::name, rule -> rule));

    static PruneLayers read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        return new PruneLayers(
                choice(node, fields),
                fields.find("repair").map(each -> each.choice(METHODS)).orElse(Method.NONE),
                fields.find("chunks").map(each -> each.integer(0, MOST_CHUNKS)).orElse(CHUNKS));
    }

    private static LayerChoice choice(RecipeNode node, RecipeFields fields) {
        if (fields.has("layers")) {
            if (fields.has("count") || fields.has("rule")) {
                throw node.refused(
                        "\"layers\" names the layers, and \"count\" and \"rule\" choose them", "leave one out");
            }
            return new LayerChoice.Listed(fields.require("layers").items().stream()
                    .map(each -> each.integer(0, MOST_LAYERS))
                    .toList());
        }
        LayerRule rule = fields.find("rule").map(each -> each.choice(RULES)).orElse(LayerRule.MIDDLE);
        return new LayerChoice.Ruled(rule, fields.require("count").integer(1, MOST_LAYERS));
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
        if (method != Method.NONE) {
            settings.put("repair", method.name().toLowerCase(Locale.ROOT));
            settings.put("chunks", Integer.toString(chunks));
        }
        return settings;
    }

    @Override
    public boolean readsText() {
        return method == Method.LINEAR;
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        Text text = readsText() ? context.calibration() : NO_TEXT;
        try (LayerPruning pruning = LayerPruning.of(input.model(), choice, repair(text))) {
            pruning.write(context.target(), SplitRule.NONE, context.threads(), new PruningListener() {
                @Override
                public void written(long done, long all) {
                    context.progress("pruning layers", "bytes", done, all);
                }

                @Override
                public void read(int done, int all) {
                    context.progress("reading for the repair", "chunks", done, all);
                }
            });
            String removed = pruning.removed().stream().map(String::valueOf).collect(Collectors.joining(", "));
            return new StepOutcome(
                    pruning.removed(), List.of("without the layers " + removed + " of " + pruning.blockCount()));
        }
    }

    @Override
    public String foretell(Path input, Path target) {
        try (LayerPruning pruning = LayerPruning.of(input, choice, repair(NO_TEXT))) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
            return "";
        }
    }

    private @Nullable Repair repair(Text text) {
        return switch (method) {
            case NONE -> null;
            case MERGE -> new Repair.Merge();
            case LINEAR -> new Repair.Linear(text, StatisticsOptions.DEFAULT.withChunks(CHUNK_TOKENS, chunks));
        };
    }

    private static String name(LayerRule rule) {
        return rule.name().toLowerCase(Locale.ROOT);
    }
}
