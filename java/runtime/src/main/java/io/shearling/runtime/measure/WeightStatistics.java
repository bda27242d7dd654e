package io.shearling.runtime.measure;

/**
 * Sums over what a weight was multiplied with.
 *
 * @param name of the weight
 * @param columns elements of an activation
 * @param input number of the first weight with the same activations: this one, or one before it
 * @param squares Σx²: [matrices, columns]
 * @param sums Σx: [matrices, columns]
 * @param counts how many x: one number, or one for each expert
 */
@SuppressWarnings("ArrayRecordComponent") // large, fresh, and handed over
public record WeightStatistics(String name, int columns, int input, double[] squares, double[] sums, double[] counts) {}
