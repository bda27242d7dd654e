package io.shearling.cli;

import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.MeasuringOptions;
import io.shearling.recipes.prune.Repair;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What goes: layers or parts of them by name, or so many by a rule. */
final class RemovalOption {
    @Option(
            names = "--layers",
            paramLabel = "LIST",
            converter = LayerList.class,
            description = "The layers to remove, by their numbers from 0, as 3,12-14.")
    private LayerList.@Nullable Layers layers;

    @Option(
            names = "--blocks",
            paramLabel = "LIST",
            converter = BlockList.class,
            description = {
                "Attention and feed-forward parts to remove, each for itself,",
                "as 12.attn,20-22.ffn; of models that are computed as Llama is."
            })
    private BlockList.@Nullable Blocks blocks;

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = NumberRange.LayerCount.class,
            description = "How many layers to remove (with --rule blocks: parts), those that --rule says.")
    private int count;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            converter = PruneRule.Names.class,
            completionCandidates = PruneRule.Names.class,
            description = {
                "Which layers go: ${COMPLETION-CANDIDATES}.",
                "influence, angular and perplexity measure with --text, and so does",
                "blocks, by which single attention and feed-forward parts go.",
                "Default: perplexity, the best, where there is --text and no",
                "--repair; else middle, a run with as many before it as behind it."
            })
    private @Nullable PruneRule rule;

    /** Refuses a choice beside something else. */
    void requireUnused(String what) {
        String given = blocks != null ? "--blocks" : layers != null ? "--layers" : chosen();
        if (given != null) {
            throw new UsageException(what + ", and " + given + " removes some; do one after the other");
        }
    }

    /**
     * What was chosen.
     *
     * @param repair how the layers that stay are repaired; null for not at all
     * @param text what measures or repairs reads it
     * @param threads that measure
     */
    Removal removal(RepairOption.@Nullable Method repair, TextChoice text, int threads) {
        PruneRule chosen = rule == null && count > 0 && repair == null && text.given() ? PruneRule.BEST : rule;
        boolean measures = chosen != null && chosen.fixed().isEmpty();
        if (!measures && repair != RepairOption.Method.LINEAR) {
            text.requireUnused();
        }
        if (blocks != null) {
            alone("--blocks", layers == null ? chosen() : "--layers");
            requireWhole("--blocks", repair);
            return new Removal.Blocks(blocks.list());
        }
        Repair made = RepairOption.repair(repair, text);
        if (layers != null) {
            alone("--layers", chosen());
            return new Removal.Layers(new LayerChoice.Listed(layers.list()), made);
        }
        if (count == 0) {
            throw new UsageException(
                    "say what to remove: --count N, how many layers, --layers LIST, which, or --blocks LIST");
        }
        if (chosen == null || !measures) {
            LayerRule fixed = chosen == null ? LayerRule.MIDDLE : chosen.fixed().orElseThrow();
            return new Removal.Layers(new LayerChoice.Ruled(fixed, count), made);
        }
        if (chosen.measured().isEmpty()) {
            requireWhole("--rule " + chosen.name(), repair);
        }
        MeasuringOptions options =
                new MeasuringOptions(text.chunkTokens(), text.chunks(MeasuringOptions.DEFAULT.chunks()), threads);
        return new Removal.Measured(chosen.measured(), count, made, text.text("--rule " + chosen.name()), options);
    }

    private static void requireWhole(String option, RepairOption.@Nullable Method repair) {
        if (repair != null) {
            throw new UsageException("--repair is about whole layers, and " + option + " removes parts; leave one out");
        }
    }

    /** The option that says which go without naming them; null for none. */
    private @Nullable String chosen() {
        return count > 0 ? "--count" : rule == null ? null : "--rule";
    }

    private static void alone(String option, @Nullable String other) {
        if (other != null) {
            throw new UsageException(option + " names what goes, and " + other + " would say it again; leave one out");
        }
    }
}
