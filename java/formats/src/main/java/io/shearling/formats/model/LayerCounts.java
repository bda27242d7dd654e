package io.shearling.formats.model;

import java.util.Arrays;

/** A count for each layer of a model, for example its key/value heads. Immutable. */
public final class LayerCounts {
    private final int[] counts;

    private LayerCounts(int[] counts) {
        this.counts = counts;
    }

    /** The same count for every layer. */
    public static LayerCounts uniform(int layers, int count) {
        int[] counts = new int[layers];
        Arrays.fill(counts, count);
        return new LayerCounts(counts);
    }

    /** One count a layer. */
    public static LayerCounts of(int... counts) {
        return new LayerCounts(counts.clone());
    }

    /** How many layers there are. */
    public int layers() {
        return counts.length;
    }

    /** The count of a layer, the first being 0. */
    public int layer(int index) {
        return counts[index];
    }

    /** Whether all layers have the same count. */
    public boolean uniform() {
        return Arrays.stream(counts).distinct().count() <= 1;
    }

    /** The largest count, 0 without layers. */
    public int max() {
        return Arrays.stream(counts).max().orElse(0);
    }

    /** The counts of all layers together. */
    public long sum() {
        return Arrays.stream(counts).asLongStream().sum();
    }

    /** The counts; a fresh array. */
    public int[] toArray() {
        return counts.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** The one number, or all in brackets. */
    @Override
    public String toString() {
        return uniform() ? Integer.toString(max()) : Arrays.toString(counts);
    }
}
