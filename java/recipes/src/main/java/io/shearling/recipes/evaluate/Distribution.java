package io.shearling.recipes.evaluate;

import java.util.Arrays;

/** How values spread. Single precision and llama-perplexity's own interpolation, so that its digits come out. Immutable. */
public final class Distribution {
    private final float[] sorted;

    /** Of at least one value. */
    Distribution(float[] values, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("there are no values");
        }
        sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
    }

    public int count() {
        return sorted.length;
    }

    public float minimum() {
        return sorted[0];
    }

    public float maximum() {
        return sorted[sorted.length - 1];
    }

    public float median() {
        int half = sorted.length / 2;
        return sorted.length % 2 == 0 ? 0.5f * (sorted[half] + sorted[half - 1]) : sorted[half];
    }

    /** The value below which so many percent lie, between 0 and 100. */
    public float percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException(percent + " percent; it must be from 0 to 100");
        }
        float place = (float) (percent / 100) * (sorted.length - 1);
        int below = (int) place;
        float part = place - below;
        return (1 - part) * sorted[below] + part * sorted[Math.min(below + 1, sorted.length - 1)];
    }
}
