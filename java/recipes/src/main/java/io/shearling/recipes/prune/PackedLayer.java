package io.shearling.recipes.prune;

import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer that blocks are put into. Each block adds to the state that the one before it left, so an attention and the feed-forward
 * behind it make a layer, whichever layers they were of.
 *
 * @param attention empty where the layer has none
 * @param feedForward empty where the layer has none
 */
record PackedLayer(Optional<ResidualBlock> attention, Optional<ResidualBlock> feedForward) {
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

    /** The first of its blocks. */
    ResidualBlock first() {
        return attention.or(() -> feedForward).orElseThrow();
    }

    boolean has(ResidualBlock block) {
        return attention.filter(block::equals).isPresent()
                || feedForward.filter(block::equals).isPresent();
    }
}
