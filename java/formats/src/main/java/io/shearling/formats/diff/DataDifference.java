package io.shearling.formats.diff;

import java.util.Optional;

/**
 * Where the data of two tensors of one type and shape differs. A block is what shares a scale, or one element where none do.
 *
 * @param blocks how many blocks each tensor has
 * @param differing how many of them differ
 * @param firstBlock the number of the first that differs
 * @param firstElement the number of its first element
 * @param one that block in the first file
 * @param other that block in the second
 * @param distance how far the values are apart; empty where nothing in this program reads the type
 */
public record DataDifference(
        long blocks,
        long differing,
        long firstBlock,
        long firstElement,
        Block one,
        Block other,
        Optional<Distance> distance) {

    /** How far the values of two tensors are apart; infinite where one of two is no finite number and the other is another. */
    public record Distance(double largest, double rootMeanSquare) {}
}
