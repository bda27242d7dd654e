package io.shearling.runtime.measure;

/**
 * Mean cosines between hidden states; NaN where the model's graph does not name them.
 *
 * @param block between what goes into the block and what comes out
 * @param attention between what goes into the block and what goes into its feed-forward part
 * @param feedForward between that and what comes out
 */
public record BlockCosines(double block, double attention, double feedForward) {}
