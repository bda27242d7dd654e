package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.MeasuredRule;
import io.shearling.recipes.prune.MeasuringOptions;
import io.shearling.recipes.prune.PartSearch;
import io.shearling.recipes.prune.PruningListener;
import io.shearling.recipes.prune.Repair;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes whole layers out.
 *
 * @param which ones
 * @param method how the layer before them takes over some of their work
 * @param chunks of the text, of 512 tokens, that measuring or a repair reads; 0: all
 */
public record PruneLayers(Which which, Method method, int chunks) implements Step {
    /** Which layers go. */
    public sealed interface Which {
        /** Those that are named, or that a rule names without a look at the model. */
        record Chosen(LayerChoice choice) implements Which {}

        /** So many that a text tells. */
        record Measured(MeasuredRule rule, int count) implements Which {}
    }

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
    private static final Map<String, Method> METHODS = Arrays.stream(Method.values())
            .collect(Collectors.toMap(method -> method.name().toLowerCase(Locale.ROOT), method -> method));

    /** What a plan is made with, which reads none. */
    private static final Text NO_TEXT = Text.of("the text to come", "");

    private static final Map<String, IntFunction<Which>> RULES = rules();

    private static Map<String, IntFunction<Which>> rules() {
        Map<String, IntFunction<Which>> rules = new HashMap<>();
        for (LayerRule rule : LayerRule.values()) {
            rules.put(name(rule), count -> new Which.Chosen(new LayerChoice.Ruled(rule, count)));
        }
        for (MeasuredRule rule : MeasuredRule.values()) {
            rules.put(name(rule), count -> new Which.Measured(rule, count));
        }
        return rules;
    }

    static PruneLayers read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        Method method = fields.find("repair").map(each -> each.choice(METHODS)).orElse(Method.NONE);
        Which which = which(node, fields, method == Method.LINEAR);
        if (method == Method.LINEAR
                && which instanceof Which.Measured measured
                && measured.rule() != MeasuredRule.ANGULAR
                && measured.count() > 1) {
            throw node.refused(
                    "\"repair: linear\" is for a run of layers, and \"rule: " + name(measured.rule())
                            + "\" may choose others",
                    "take the rule angular or middle, or another repair");
        }
        return new PruneLayers(which, method, fields.chunks(CHUNKS));
    }

    private static Which which(RecipeNode node, RecipeFields fields, boolean wantsRun) {
        if (fields.has("layers")) {
            if (fields.has("count") || fields.has("rule")) {
                throw node.refused(
                        "\"layers\" names the layers, and \"count\" and \"rule\" choose them", "leave one out");
            }
            return new Which.Chosen(new LayerChoice.Listed(fields.require("layers").items().stream()
                    .map(each -> each.integer(0, MOST_LAYERS))
                    .toList()));
        }
        IntFunction<Which> rule = fields.find("rule")
                .map(each -> each.choice(RULES))
                .orElse(Objects.requireNonNull(RULES.get(name(wantsRun ? LayerRule.MIDDLE : MeasuredRule.PERPLEXITY))));
        return rule.apply(fields.require("count").integer(1, MOST_LAYERS));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        if (which instanceof Which.Measured measured) {
            settings.put("count", Integer.toString(measured.count()));
            settings.put("rule", name(measured.rule()));
        } else if (which instanceof Which.Chosen chosen && chosen.choice() instanceof LayerChoice.Ruled ruled) {
            settings.put("count", Integer.toString(ruled.count()));
            settings.put("rule", name(ruled.rule()));
        } else if (which instanceof Which.Chosen chosen && chosen.choice() instanceof LayerChoice.Listed listed) {
            settings.put("layers", listed.layers().toString());
        }
        if (method != Method.NONE) {
            settings.put("repair", name(method));
        }
        if (readsText()) {
            settings.put("chunks", Integer.toString(chunks));
        }
        return settings;
    }

    @Override
    public boolean readsText() {
        return method == Method.LINEAR || which instanceof Which.Measured;
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        List<String> facts = new ArrayList<>();
        try (LayerPruning pruning = planned(input, context, facts)) {
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
            facts.add(0, "without the layers " + pruning.removed() + " of " + pruning.blockCount());
            return new StepOutcome(pruning.origins(), facts);
        }
    }

    private LayerPruning planned(Artifact input, StepContext context, List<String> facts) {
        Text text = readsText() ? context.calibration() : NO_TEXT;
        if (which instanceof Which.Measured measured) {
            PartSearch search = new PartSearch(
                    input.model(),
                    text,
                    new MeasuringOptions(StepContext.CHUNK_TOKENS, chunks, context.threads()),
                    context.target(),
                    (part, parts, done, all) ->
                            context.progress("measuring layers, " + part + " of " + parts, "candidates", done, all));
            MeasuredParts<Integer> parts = search.layers(measured.rule(), measured.count());
            facts.add("in the order in which they were chosen: " + parts.removed());
            LayerChoice choice = new LayerChoice.Listed(parts.removed());
            return LayerPruning.of(input.model(), choice, repair(text), parts.texts());
        }
        return LayerPruning.of(input.model(), ((Which.Chosen) which).choice(), repair(text));
    }

    @Override
    public String foretell(Path input, Path target) {
        // A repair wants a run; what goes with which layers is known when they are.
        Which shown = which instanceof Which.Measured measured
                ? new Which.Chosen(new LayerChoice.Ruled(LayerRule.MIDDLE, measured.count()))
                : which;
        try (LayerPruning pruning = LayerPruning.of(input, ((Which.Chosen) shown).choice(), repair(NO_TEXT))) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
            return which instanceof Which.Measured ? "which ones is measured" : "";
        }
    }

    private @Nullable Repair repair(Text text) {
        return switch (method) {
            case NONE -> null;
            case MERGE -> new Repair.Merge();
            case LINEAR ->
                new Repair.Linear(text, StatisticsOptions.DEFAULT.withChunks(StepContext.CHUNK_TOKENS, chunks));
        };
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
