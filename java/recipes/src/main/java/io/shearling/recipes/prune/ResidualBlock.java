package io.shearling.recipes.prune;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the two parts of a layer that each add to the hidden state: its attention or its feed-forward. Ordered as they are computed.
 *
 * @param layer from 0
 */
public record ResidualBlock(int layer, Part part) implements Comparable<ResidualBlock> {
    /** Which of the two. */
    public enum Part {
        /** The attention with its norm. */
        ATTENTION("attn"),
        /** The feed-forward with its norm. */
        FEED_FORWARD("ffn");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        /** As the names of its tensors begin: {@code attn} or {@code ffn}. */
        public String label() {
            return label;
        }
    }

    private static final Pattern TENSOR = Pattern.compile("blk\\.(\\d{1,9})\\.(attn|ffn)_.+");

    /** The block that a tensor is of; empty for one outside of them. */
    static Optional<ResidualBlock> ofTensor(String name) {
        Matcher tensor = TENSOR.matcher(name);
        if (!tensor.matches()) {
            return Optional.empty();
        }
        Part part = tensor.group(2).equals(Part.ATTENTION.label) ? Part.ATTENTION : Part.FEED_FORWARD;
        return Optional.of(new ResidualBlock(Integer.parseInt(tensor.group(1)), part));
    }

    @Override
    public int compareTo(ResidualBlock other) {
        return Comparator.comparingInt(ResidualBlock::layer)
                .thenComparing(ResidualBlock::part)
                .compare(this, other);
    }

    /** As {@code 12.attn}. */
    @Override
    public String toString() {
        return layer + "." + part.label;
    }
}
