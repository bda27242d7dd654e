package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
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

    /** Whole layers. */
    static Parts<Integer> layers(Path model) {
        try (LayerPruning whole = LayerPruning.keeping(model, List.of(0))) {
            List<Integer> all = IntStream.range(0, whole.blockCount()).boxed().toList();
            return new Parts<>() {
                @Override
                public List<Integer> all() {
                    return all;
                }

                @Override
                public Pruning keeping(Collection<Integer> kept) {
                    return LayerPruning.keeping(model, kept);
                }

                @Override
                public int blocks() {
                    return 2;
                }
            };
        }
    }

    /** Attention and feed-forward blocks, each for itself. */
    static Parts<ResidualBlock> blocks(Path model) {
        ModelShape shape;
        try (GgufFile file = GgufFile.open(model)) {
            shape = LlamaGraph.require(file);
        }
        return new Parts<>() {
            @Override
            public List<ResidualBlock> all() {
                return BlockCut.blocks(shape);
            }

            @Override
            public Pruning keeping(Collection<ResidualBlock> kept) {
                return BlockPruning.keeping(model, kept);
            }

            @Override
            public int blocks() {
                return 1;
            }
        };
    }
}
