package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.MeasuringOptions;
import io.shearling.recipes.prune.PartSearch;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes single attention and feed-forward parts out: those that are named, or so many that a text tells one after the other.
 *
 * @param named which ones; empty where they are measured
 * @param count how many are measured; 0 where they are named
 * @param chunks of the text, of 512 tokens, that measuring reads; 0: all
 */
public record PruneBlocks(List<ResidualBlock> named, int count, int chunks) implements Step {
    static final String KIND = "prune-blocks";
    static final List<String> FIELDS = List.of("count", "blocks", "chunks");

    private static final int MOST_BLOCKS = 1023;
    private static final int CHUNKS = 16;

    /** Copies the list. */
    public PruneBlocks {
        named = List.copyOf(named);
    }

    static PruneBlocks read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        int chunks = fields.chunks(CHUNKS);
        if (!fields.has("blocks")) {
            return new PruneBlocks(List.of(), fields.require("count").integer(1, MOST_BLOCKS), chunks);
        }
        if (fields.has("count") || fields.has("chunks")) {
            throw node.refused(
                    "\"blocks\" names what goes, and nothing is measured", "leave \"count\" and \"chunks\" out");
        }
        List<ResidualBlock> named = fields.require("blocks").items().stream()
                .map(each -> ResidualBlock.parse(each.text())
                        .orElseThrow(() -> each.refused(
                                "\"" + each.text() + "\" is no part of a layer", "write one, as 12.attn or 3.ffn")))
                .toList();
        return new PruneBlocks(named, 0, chunks);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        if (readsText()) {
            settings.put("count", Integer.toString(count));
            settings.put("chunks", Integer.toString(chunks));
        } else {
            settings.put("blocks", named.toString());
        }
        return settings;
    }

    @Override
    public boolean readsText() {
        return named.isEmpty();
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        List<String> facts = new ArrayList<>();
        try (BlockPruning pruning = planned(input, context, facts)) {
            pruning.write(
                    context.target(),
                    SplitRule.NONE,
                    context.threads(),
                    (done, all) -> context.progress("pruning parts of layers", "bytes", done, all));
            facts.add(0, "without the parts " + pruning.removed() + " of " + pruning.blockCount() + " layers");
            return new StepOutcome(pruning.origins(), facts);
        }
    }

    private BlockPruning planned(Artifact input, StepContext context, List<String> facts) {
        if (!readsText()) {
            return BlockPruning.of(input.model(), named);
        }
        PartSearch search = new PartSearch(
                input.model(),
                context.calibration(),
                new MeasuringOptions(StepContext.CHUNK_TOKENS, chunks, context.threads()),
                context.target(),
                (part, parts, done, all) ->
                        context.progress("measuring parts, " + part + " of " + parts, "candidates", done, all));
        MeasuredParts<ResidualBlock> parts = search.blocks(count);
        facts.add("in the order in which they were chosen: " + parts.removed());
        facts.add(parts.blocksComputed() + " parts were computed to measure, instead of " + parts.blocksWithout());
        return BlockPruning.of(input.model(), parts.removed(), parts.texts());
    }

    @Override
    public String foretell(Path input, Path target) {
        List<ResidualBlock> shown = readsText() ? middle(input) : named;
        try (BlockPruning pruning = BlockPruning.of(input, shown)) {
            pruning.plan(target, SplitRule.NONE).writeHollow(target);
            return readsText() ? "which ones is measured; shown are as many from the middle" : "";
        }
    }

    /** As many, of both kinds in turn. */
    private List<ResidualBlock> middle(Path input) {
        int layers;
        try (GgufFile file = GgufFile.open(input)) {
            layers =
                    ModelShape.find(file.metadata()).map(ModelShape::blockCount).orElse(1);
        }
        int first = Math.max(0, (layers - (count + 1) / 2) / 2);
        List<ResidualBlock> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(new ResidualBlock(first + i / 2, i % 2 == 0 ? Part.FEED_FORWARD : Part.ATTENTION));
        }
        return blocks;
    }
}
