package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.LayerCounts;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.PruningListener;
import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthPruning;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.prune.WidthShares;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a model narrower: takes neurons, heads and elements of the state out that a text shows to matter least.
 *
 * @param shares that stay
 * @param score what matters
 * @param bias whether the neurons and heads that go leave their mean as a bias
 * @param layerwise whether all layers keep the same share
 * @param multiple of neurons and elements that stay; 0 for what the k-quants need
 * @param chunks of the text that are read; 0: all
 */
public record PruneWidth(
        WidthShares shares, WidthScore score, boolean bias, boolean layerwise, int multiple, int chunks)
        implements Step {
    static final String KIND = "prune-width";
    static final List<String> FIELDS =
            List.of("feed-forward", "heads", "hidden", "score", "bias", "layerwise", "multiple", "chunks");

    private static final int MOST_MULTIPLE = 1 << 20;
    private static final int CHUNKS = 64;
    private static final Map<String, WidthScore> SCORES =
            Arrays.stream(WidthScore.values()).collect(Collectors.toMap(PruneWidth::name, score -> score));

    static PruneWidth read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        double feedForward = share(fields, "feed-forward");
        double heads = share(fields, "heads");
        double hidden = share(fields, "hidden");
        if (feedForward == 1 && heads == 1 && hidden == 1) {
            throw node.refused(
                    "all neurons, heads and elements of the state stay",
                    "write what share of them stays, as \"feed-forward: 0.8\"");
        }
        return new PruneWidth(
                new WidthShares(feedForward, heads, hidden),
                fields.find("score").map(each -> each.choice(SCORES)).orElse(WidthScore.FLAP),
                fields.find("bias").map(RecipeNode::flag).orElse(true),
                fields.find("layerwise").map(RecipeNode::flag).orElse(false),
                fields.find("multiple")
                        .map(each -> each.integer(1, MOST_MULTIPLE))
                        .orElse(0),
                fields.chunks(CHUNKS));
    }

    private static double share(RecipeFields fields, String name) {
        return fields.find(name).map(each -> each.number(0, 1)).orElse(1.0);
    }

    private static String name(WidthScore score) {
        return score.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        put(settings, "feed-forward", shares.feedForward());
        put(settings, "heads", shares.heads());
        put(settings, "hidden", shares.hidden());
        settings.put("score", name(score));
        settings.put("bias", Boolean.toString(bias));
        settings.put("layerwise", Boolean.toString(layerwise));
        if (multiple > 0) {
            settings.put("multiple", Integer.toString(multiple));
        }
        settings.put("chunks", Integer.toString(chunks));
        return settings;
    }

    private static void put(Map<String, String> settings, String name, double share) {
        if (share < 1) {
            settings.put(name, Double.toString(share));
        }
    }

    @Override
    public boolean readsText() {
        return true;
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        PruningListener listener = new PruningListener() {
            @Override
            public void written(long done, long all) {
                context.progress("pruning widths", "bytes", done, all);
            }

            @Override
            public void read(int done, int all) {
                context.progress("reading for the scores", "chunks", done, all);
            }
        };
        try (WidthPruning pruning =
                WidthPruning.of(input.model(), options(context.calibration()), context.threads(), listener)) {
            pruning.write(context.target(), SplitRule.NONE, context.threads(), listener);
            return new StepOutcome(List.of(), facts(pruning));
        }
    }

    private static List<String> facts(WidthPruning pruning) {
        List<String> facts = new ArrayList<>();
        LayerCounts neurons = pruning.feedForward();
        if (neurons.sum() < pruning.sourceNeurons()) {
            facts.add(neurons.sum() + " of " + pruning.sourceNeurons() + " neurons stay, in each layer " + neurons);
        }
        LayerCounts heads = pruning.headsKv();
        if (heads.sum() < pruning.sourceHeadsKv()) {
            facts.add(heads.sum() + " of " + pruning.sourceHeadsKv() + " key/value heads stay, in each layer " + heads);
        }
        if (pruning.embeddingLength() < pruning.sourceEmbeddingLength()) {
            facts.add(pruning.embeddingLength() + " of " + pruning.sourceEmbeddingLength()
                    + " elements of the state stay");
        }
        return facts;
    }

    @Override
    public String foretell(Path input, Path target) {
        try (WidthPruning pruning = WidthPruning.foretold(input, options(Text.of("the text to come", "")))) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
            boolean everywhere = layerwise || (shares.feedForward() == 1 && shares.heads() == 1);
            return everywhere ? "" : "how many stay in which layer is measured";
        }
    }

    private WidthOptions options(Text text) {
        return new WidthOptions(
                shares,
                score,
                bias,
                layerwise,
                multiple,
                text,
                StatisticsOptions.DEFAULT.withChunks(StepContext.CHUNK_TOKENS, chunks));
    }
}
