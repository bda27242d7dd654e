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

    /** The other part of its layer. */
    public ResidualBlock other() {
        return new ResidualBlock(layer, part == Part.ATTENTION ? Part.FEED_FORWARD : Part.ATTENTION);
    }

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})\\.(attn|ffn)");

    private static final Pattern TENSOR = Pattern.compile("blk\\.(\\d{1,9})\\.(attn|ffn)_.+");

    /** The block that is written so, as {@code 12.attn}; empty where none is. */
    public static Optional<ResidualBlock> parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        return written.matches()
                ? Optional.of(new ResidualBlock(Integer.parseInt(written.group(1)), part(written.group(2))))
                : Optional.empty();
    }

    private static Part part(String label) {
        return label.equals(Part.ATTENTION.label) ? Part.ATTENTION : Part.FEED_FORWARD;
    }

    /** The block that a tensor is of; empty for one outside of them. */
    static Optional<ResidualBlock> ofTensor(String name) {
        Matcher tensor = TENSOR.matcher(name);
        if (!tensor.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ResidualBlock(Integer.parseInt(tensor.group(1)), part(tensor.group(2))));
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
