package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * A model without some of its attention and feed-forward parts, each for itself: finer than {@link LayerPruning}, and for models of
 * Llama's kind. A layer that loses both goes. What is left of the others is put together anew, for the feed-forward of one layer can
 * follow the attention of another; where layers remain that lack a part, the model becomes one of llama.cpp's architecture
 * {@code deci}, which any llama.cpp runs.
 *
 * <pre>{@code
 * try (BlockPruning pruning = BlockPruning.of(Path.of("model.gguf"), List.of(new ResidualBlock(12, Part.ATTENTION)))) {
 *     pruning.write(Path.of("pruned.gguf"), SplitRule.NONE, 2, (done, all) -> {});
 * }
 * }</pre>
 */
public final class BlockPruning extends Pruning {
    private final BlockCut cut;

    private BlockPruning(GgufFile model, boolean owned, BlockCut cut, CalibrationTexts texts) {
        super(
                model,
                owned,
                "without blocks " + cut.removed(),
                cut.keys(model.metadata()),
                cut.tensors(model.tensors()),
                texts);
        this.cut = cut;
    }

    /**
     * Plans it.
     *
     * @param path the model, or the first of its parts
     * @throws RecipeException when these blocks cannot be removed from it
     * @throws io.shearling.formats.gguf.GgufException when the model cannot be read
     */
    public static BlockPruning of(Path path, Collection<ResidualBlock> removed) {
        return of(path, removed, CalibrationTexts.NONE);
    }

    /** The same of blocks that were chosen by measuring with texts, which the output tells of. */
    public static BlockPruning of(Path path, Collection<ResidualBlock> removed, CalibrationTexts texts) {
        GgufFile model = GgufFile.open(path);
        try {
            return new BlockPruning(model, true, cut(path, LlamaGraph.require(model), removed), texts);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** A model of these blocks alone, at least one: a part of the model, which stays open, or all of it. */
    static BlockPruning keeping(GgufFile model, Collection<ResidualBlock> kept) {
        ModelShape shape = LlamaGraph.require(model);
        List<ResidualBlock> removed = BlockCut.blocks(shape).stream()
                .filter(block -> !kept.contains(block))
                .toList();
        return new BlockPruning(model, false, BlockCut.of(shape, removed), CalibrationTexts.NONE);
    }

    private static BlockCut cut(Path path, ModelShape shape, Collection<ResidualBlock> removed) {
        List<ResidualBlock> there = BlockCut.blocks(shape);
        BlockCut cut = BlockCut.of(shape, removed);
        String wanted = "remove some of its " + there.size() + " blocks, " + there.get(0) + " to "
                + there.get(there.size() - 1) + ", not all";
        if (removed.isEmpty()) {
            throw refused(path, "no block is to be removed", wanted);
        }
        for (ResidualBlock block : cut.removed()) {
            if (!there.contains(block)) {
                throw refused(path, "it has no block " + block, wanted);
            }
        }
        if (cut.layers().isEmpty()) {
            throw refused(path, "all of its blocks are to be removed", wanted);
        }
        return cut;
    }

    private static RecipeException refused(Path path, String cause, String remedy) {
        return new RecipeException(Kind.MODEL, path.toString(), cause, remedy);
    }

    /** The blocks that go, ascending. */
    public List<ResidualBlock> removed() {
        return cut.removed();
    }

    @Override
    public List<PackedLayer> origins() {
        return cut.layers();
    }

    @Override
    public int blockCount() {
        return cut.shape().blockCount();
    }

    @Override
    public int layers() {
        return cut.layers().size();
    }
}
