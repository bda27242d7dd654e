package io.shearling.recipes.prune;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which layers go when all that is known is how many: rules that need no text. LayerChop ("How To Train Your (Compressed) Large
 * Language Model", Jha and others, 2023) removes layers deterministically; which of these is best is a matter of the model.
 */
public enum LayerRule {
    /** The last ones. */
    TOP {
        @Override
        int layer(int index, int count, int blockCount) {
            return blockCount - count + index;
        }
    },
    /** The first ones. */
    BOTTOM {
        @Override
        int layer(int index, int count, int blockCount) {
            return index;
        }
    },
    /** A run that leaves as many before it as behind it, or one more before it. */
    MIDDLE {
        @Override
        int layer(int index, int count, int blockCount) {
            return (blockCount - count + 1) / 2 + index;
        }
    },
    /** Far from each other; the first and the last stay. */
    EVEN {
        @Override
        int layer(int index, int count, int blockCount) {
            return (int) ((index + 1L) * blockCount / (count + 1));
        }
    };

    abstract int layer(int index, int count, int blockCount);

    /**
     * The layers to remove, ascending.
     *
     * @param count of them, less than there are
     * @throws IllegalArgumentException when there are not more layers than that
     */
    public List<Integer> layers(int blockCount, int count) {
        if (count < 0 || count >= blockCount) {
            throw new IllegalArgumentException("Of " + blockCount + " layers " + count + " cannot be removed.");
        }
        return IntStream.range(0, count)
                .mapToObj(index -> layer(index, count, blockCount))
                .toList();
    }
}
