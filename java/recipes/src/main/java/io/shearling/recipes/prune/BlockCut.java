package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.LayerCounts;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The blocks that a model of Llama's kind loses, and what becomes of its keys and tensors. A layer without attention has no tensors of
 * it and no heads. One without a feed-forward part gets a narrow one of zeros, which adds nothing: llama.cpp leaves out the whole
 * layer where there is none. Immutable.
 *
 * @param layers that are left, the first with attention
 */
record BlockCut(ModelShape shape, List<ResidualBlock> removed, List<PackedLayer> layers) {
    /** Neurons of a feed-forward part of zeros: the least that all types have whole blocks of. */
    private static final int ZERO_NEURONS = 32;

    private static final String NORM = "ffn_norm.weight";
    private static final String DOWN = "ffn_down.weight";

    /** The blocks that a model has, as they are computed. */
    static List<ResidualBlock> blocks(ModelShape shape) {
        List<ResidualBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            // Without neurons the whole layer is left out, whatever else it has.
            boolean computed = shape.feedForwardLength().layer(layer) > 0;
            if (computed && shape.headCount().layer(layer) > 0) {
                blocks.add(new ResidualBlock(layer, Part.ATTENTION));
            }
            if (computed) {
                blocks.add(new ResidualBlock(layer, Part.FEED_FORWARD));
            }
        }
        return blocks;
    }

    static BlockCut of(ModelShape shape, Collection<ResidualBlock> removed) {
        List<ResidualBlock> kept = blocks(shape);
        kept.removeAll(removed);
        return new BlockCut(shape, List.copyOf(new TreeSet<>(removed)), PackedLayer.pack(kept));
    }

    /** Whether a model can begin with the first layer that is left. */
    boolean beginsWithAttention() {
        return !layers.isEmpty() && layers.get(0).attention().isPresent();
    }

    LayerWidths widths() {
        return new LayerWidths(
                counts(layer -> layer.attention()
                        .map(block -> shape.headCount().layer(block.layer()))
                        .orElse(0)),
                counts(layer -> layer.attention()
                        .map(block -> shape.headCountKv().layer(block.layer()))
                        .orElse(0)),
                counts(layer -> layer.feedForward()
                        .map(block -> shape.feedForwardLength().layer(block.layer()))
                        .orElse(ZERO_NEURONS)));
    }

    private LayerCounts counts(ToIntFunction<PackedLayer> count) {
        return LayerCounts.of(layers.stream().mapToInt(count).toArray());
    }

    GgufMetadata keys(GgufMetadata model) {
        int[] from = layers.stream().mapToInt(layer -> layer.first().layer()).toArray();
        GgufMetadata keys = LayerKeys.of(model, shape.architecture(), shape.blockCount(), from);
        return UnevenKeys.of(keys, shape, widths());
    }

    /** What becomes of a tensor of the model; empty for one that goes. */
    Optional<PrunedTensor> tensor(TensorInfo tensor) {
        Optional<ResidualBlock> block = ResidualBlock.ofTensor(tensor.name());
        if (block.isEmpty()) {
            return Optional.of(PrunedTensor.copied(tensor, tensor.name()));
        }
        String name = tensor.name().substring(("blk." + block.get().layer() + ".").length());
        OptionalInt own = place(block.get());
        if (own.isPresent()) {
            return Optional.of(PrunedTensor.copied(tensor, "blk." + own.getAsInt() + "." + name));
        }
        OptionalInt without = block.get().part() == Part.FEED_FORWARD
                ? place(new ResidualBlock(block.get().layer(), Part.ATTENTION))
                : OptionalInt.empty();
        if (without.isEmpty() || layers.get(without.getAsInt()).feedForward().isPresent() || name.endsWith(".bias")) {
            return Optional.empty();
        }
        String target = "blk." + without.getAsInt() + "." + name;
        return Optional.of(name.equals(NORM) ? PrunedTensor.copied(tensor, target) : zeros(tensor, target, name));
    }

    /** The layer that a block is in now. */
    private OptionalInt place(ResidualBlock block) {
        return IntStream.range(0, layers.size())
                .filter(layer -> layers.get(layer).has(block))
                .findFirst();
    }

    private static PrunedTensor zeros(TensorInfo tensor, String target, String name) {
        TensorShape shape = name.equals(DOWN)
                ? TensorShape.of(ZERO_NEURONS, tensor.shape().extent(1))
                : TensorShape.of(tensor.shape().extent(0), ZERO_NEURONS);
        return PrunedTensor.zeros(new ModelOutput.Tensor(target, TensorType.F16, shape));
    }
}
