package io.shearling.recipes.prune;

import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;

/**
 * How narrow a model becomes, and how that is decided. Immutable.
 *
 * @param shares that stay
 * @param score what decides about neurons and heads; elements of the state are always judged by their size
 * @param bias whether the neurons and heads that go leave their mean as a bias
 * @param layerwise whether all layers keep the same share; else the scores, standardized in each layer, decide over all of them
 * @param multiple neurons, and elements of the state, stay in multiples of it; 0 for 256, of which the k-quants are made, or 32 or 1
 *     where the model's own number is none
 * @param text to find the scores on
 * @param reading how it is read; at most so many chunks, where the text has fewer all of them
 */
public record WidthOptions(
        WidthShares shares,
        WidthScore score,
        boolean bias,
        boolean layerwise,
        int multiple,
        Text text,
        StatisticsOptions reading) {
    /** Checks the ranges. */
    public WidthOptions {
        if (multiple < 0) {
            throw new IllegalArgumentException("Neurons cannot stay in multiples of " + multiple + ".");
        }
    }

    /** By FLAP with biases, over all layers, in the usual multiples. */
    public static WidthOptions of(WidthShares shares, Text text, StatisticsOptions reading) {
        return new WidthOptions(shares, WidthScore.FLAP, true, false, 0, text, reading);
    }
}
