package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a model is cut into to measure what each part is worth. Each adds to what the ones before it give, so those that are left
 * make a model, and so do the last ones, and each alone.
 */
interface Parts<P> {
    /** All that the model has, in the order in which they are computed. */
    List<P> all();

    /** A model of some of them, at least one. */
    Pruning keeping(Collection<P> kept);

    /** Attention and feed-forward blocks of a part. */
    int blocks();

    /** Whole layers of a model, which stays open. */
    static Parts<Integer> layers(GgufFile model) {
        List<Integer> all =
                IntStream.range(0, LayerPruning.blockCount(model)).boxed().toList();
        return new Of<>(all, 2, kept -> LayerPruning.keeping(model, kept));
    }

    /** Attention and feed-forward blocks of a model, which stays open, each for itself. */
    static Parts<ResidualBlock> blocks(GgufFile model) {
        return new Of<>(BlockCut.blocks(LlamaGraph.require(model)), 1, kept -> BlockPruning.keeping(model, kept));
    }

    /** Parts of one kind. */
    record Of<P>(List<P> all, int blocks, Function<Collection<P>, Pruning> models) implements Parts<P> {
        @Override
        public Pruning keeping(Collection<P> kept) {
            return models.apply(kept);
        }
    }
}
