package io.shearling.recipes.statistics;

import java.nio.FloatBuffer;

/**
 * The Gram matrix Σxxᵀ of the activations that a weight is multiplied with.
 *
 * @param weight the weight's name, the first of those that have these activations
 * @param columns elements of an activation
 * @param count how many activations were summed
 * @param values [columns, columns], symmetric, row after row; native memory, native byte order, which is freed when the one that it
 *     was handed to returns, and may be written to until then
 */
public record GramMatrix(String weight, int columns, long count, FloatBuffer values) {
    /** The element at a row and a column. */
    public float at(int row, int column) {
        return values.get(row * columns + column);
    }
}
