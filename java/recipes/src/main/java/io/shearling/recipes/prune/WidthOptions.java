package io.shearling.recipes.prune;

import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;

/**
 * How narrow a model's layers become, and how that is decided. Immutable.
 *
 * @param feedForward share of the neurons that stay, more than 0 and at most 1
 * @param heads share of the key/value heads that stay, each with all of its queries; as above
 * @param score what decides
 * @param bias whether what goes leaves its mean as a bias
 * @param layerwise whether all layers keep the same share; else the scores, standardized in each layer, decide over all of them
 * @param multiple neurons stay in multiples of it; 0 for 256, of which the k-quants are made, or 32 or 1 where the model's own number
 *     is none
 * @param text to find the scores on
 * @param reading how it is read; at most so many chunks, where the text has fewer all of them
 */
public record WidthOptions(
        double feedForward,
        double heads,
        WidthScore score,
        boolean bias,
        boolean layerwise,
        int multiple,
        Text text,
        StatisticsOptions reading) {
    /** Checks the ranges. */
    public WidthOptions {
        requireShare(feedForward);
        requireShare(heads);
        if (feedForward == 1 && heads == 1) {
            throw new IllegalArgumentException("All neurons and all heads stay: nothing is to be removed.");
        }
        if (multiple < 0) {
            throw new IllegalArgumentException("Neurons cannot stay in multiples of " + multiple + ".");
        }
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("A share is more than 0 and at most 1, not " + share + ".");
        }
    }

    /** By FLAP with biases, over all layers, in the usual multiples. */
    public static WidthOptions of(double feedForward, double heads, Text text, StatisticsOptions reading) {
        return new WidthOptions(feedForward, heads, WidthScore.FLAP, true, false, 0, text, reading);
    }
}
