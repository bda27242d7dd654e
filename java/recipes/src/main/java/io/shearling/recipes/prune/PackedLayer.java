package io.shearling.recipes.prune;

import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A layer that blocks are put into. Each block adds to the state that the one before it left, so an attention and the feed-forward
 * behind it make a layer, whichever layers they were of.
 *
 * @param attention empty where the layer has none
 * @param feedForward empty where the layer has none
 */
public record PackedLayer(Optional<ResidualBlock> attention, Optional<ResidualBlock> feedForward) {
    /**
     * The fewest layers that hold these blocks.
     *
     * @param blocks in the order in which they are computed
     */
    static List<PackedLayer> pack(List<ResidualBlock> blocks) {
        List<PackedLayer> layers = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            ResidualBlock block = blocks.get(i);
            if (block.part() == Part.FEED_FORWARD) {
                layers.add(new PackedLayer(Optional.empty(), Optional.of(block)));
            } else if (i + 1 < blocks.size() && blocks.get(i + 1).part() == Part.FEED_FORWARD) {
                layers.add(new PackedLayer(Optional.of(block), Optional.of(blocks.get(++i))));
            } else {
                layers.add(new PackedLayer(Optional.of(block), Optional.empty()));
            }
        }
        return List.copyOf(layers);
    }

    /** A layer with both of its own blocks. */
    public static PackedLayer whole(int layer) {
        return new PackedLayer(
                Optional.of(new ResidualBlock(layer, Part.ATTENTION)),
                Optional.of(new ResidualBlock(layer, Part.FEED_FORWARD)));
    }

    /** The layer that {@link #toString} has written; empty for anything else. */
    public static Optional<PackedLayer> parse(String written) {
        List<ResidualBlock> blocks = new ArrayList<>();
        for (String block : written.split("\\+", 0)) {
            ResidualBlock.parse(block).ifPresent(blocks::add);
        }
        List<PackedLayer> layers = pack(blocks);
        return layers.size() == 1 && layers.get(0).toString().equals(written)
                ? Optional.of(layers.get(0))
                : Optional.empty();
    }

    /**
     * Of which blocks of another model it is made, where that is made into the one that this layer's blocks are of.
     *
     * @param layers of the model in between
     */
    public PackedLayer through(List<PackedLayer> layers) {
        return new PackedLayer(
                attention.flatMap(block -> layers.get(block.layer()).attention()),
                feedForward.flatMap(block -> layers.get(block.layer()).feedForward()));
    }

    /** The first of its blocks. */
    ResidualBlock first() {
        return attention.or(() -> feedForward).orElseThrow();
    }

    /** Whether a block is in it. */
    public boolean has(ResidualBlock block) {
        return attention.filter(block::equals).isPresent()
                || feedForward.filter(block::equals).isPresent();
    }

    /** As {@code 12.attn+13.ffn}, or one of the two. */
    @Override
    public String toString() {
        return Stream.of(attention, feedForward)
                .flatMap(Optional::stream)
                .map(ResidualBlock::toString)
                .collect(Collectors.joining("+"));
    }
}
