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
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The blocks that a model of Llama's kind loses, and what becomes of its keys and tensors. A layer without attention has no tensors of
 * it and no heads; the first one gets a head of zeros, for llama.cpp rotates nothing in a model that begins without heads. A layer
 * without a feed-forward part gets a narrow one of zeros: llama.cpp leaves out the whole layer where there is none. Immutable.
 *
 * @param layers that are left
 */
record BlockCut(ModelShape shape, List<ResidualBlock> removed, List<PackedLayer> layers) {
    /** Neurons of a feed-forward part of zeros: the least that all types have whole blocks of. */
    private static final int ZERO_NEURONS = 32;

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

    LayerWidths widths() {
        return new LayerWidths(
                counts(layer -> heads(layer, shape.headCount())),
                counts(layer -> heads(layer, shape.headCountKv())),
                counts(layer -> layer.feedForward()
                        .map(block -> shape.feedForwardLength().layer(block.layer()))
                        .orElse(ZERO_NEURONS)));
    }

    private int heads(PackedLayer layer, LayerCounts counts) {
        int otherwise = layer.equals(layers.get(0)) ? 1 : 0;
        return layer.attention().map(block -> counts.layer(block.layer())).orElse(otherwise);
    }

    private LayerCounts counts(ToIntFunction<PackedLayer> count) {
        return LayerCounts.of(layers.stream().mapToInt(count).toArray());
    }

    GgufMetadata keys(GgufMetadata model) {
        int[] from = layers.stream().mapToInt(layer -> layer.first().layer()).toArray();
        GgufMetadata keys = LayerKeys.of(model, shape.architecture(), shape.blockCount(), from);
        return UnevenKeys.of(keys, shape, widths(), true);
    }

    /** The tensors of the output. */
    List<PrunedTensor> tensors(Collection<TensorInfo> model) {
        List<PrunedTensor> tensors = new ArrayList<>();
        for (TensorInfo tensor : model) {
            name(tensor.name()).ifPresent(name -> tensors.add(PrunedTensor.copied(tensor, name)));
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            if (layer == 0 && layers.get(0).attention().isEmpty()) {
                addAttention(tensors);
            }
            if (layers.get(layer).feedForward().isEmpty()) {
                addFeedForward(layer, tensors);
            }
        }
        return tensors;
    }

    /** The name that a tensor gets; empty for one that goes. */
    private Optional<String> name(String tensor) {
        Optional<ResidualBlock> block = ResidualBlock.ofTensor(tensor);
        if (block.isEmpty()) {
            return Optional.of(tensor);
        }
        String name = tensor.substring(("blk." + block.get().layer() + ".").length());
        return IntStream.range(0, layers.size())
                .filter(layer -> layers.get(layer).has(block.get()))
                .mapToObj(layer -> "blk." + layer + "." + name)
                .findFirst();
    }

    private void addAttention(List<PrunedTensor> tensors) {
        zeros(tensors, "blk.0.attn_norm.weight", TensorType.F32, shape.embeddingLength());
        zeros(tensors, "blk.0.attn_q.weight", TensorType.F16, shape.embeddingLength(), shape.keyLength());
        zeros(tensors, "blk.0.attn_k.weight", TensorType.F16, shape.embeddingLength(), shape.keyLength());
        zeros(tensors, "blk.0.attn_v.weight", TensorType.F16, shape.embeddingLength(), shape.valueLength());
        zeros(tensors, "blk.0.attn_output.weight", TensorType.F16, shape.valueLength(), shape.embeddingLength());
    }

    private void addFeedForward(int layer, List<PrunedTensor> tensors) {
        String prefix = "blk." + layer + ".ffn_";
        zeros(tensors, prefix + "norm.weight", TensorType.F32, shape.embeddingLength());
        zeros(tensors, prefix + "gate.weight", TensorType.F16, shape.embeddingLength(), ZERO_NEURONS);
        zeros(tensors, prefix + "up.weight", TensorType.F16, shape.embeddingLength(), ZERO_NEURONS);
        zeros(tensors, prefix + "down.weight", TensorType.F16, ZERO_NEURONS, shape.embeddingLength());
    }

    private static void zeros(List<PrunedTensor> tensors, String name, TensorType type, long... extents) {
        tensors.add(PrunedTensor.zeros(new ModelOutput.Tensor(name, type, TensorShape.of(extents))));
    }
}
