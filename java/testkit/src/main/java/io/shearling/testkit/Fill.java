package io.shearling.testkit;

import java.util.Random;

/** A rule that gives the elements of a tensor, row by row. */
@FunctionalInterface
interface Fill {
    float value(Random random, int row, int column);

    /** Normally distributed around 0. */
    static Fill normal(double spread) {
        return around(0, spread);
    }

    /** Normally distributed around a mean: norm weights, which are near 1. */
    static Fill around(double mean, double spread) {
        return (random, row, column) -> (float) (mean + spread * random.nextGaussian());
    }

    /** A matrix that keeps the size of what it multiplies: the spread is 1 over the root of its columns. */
    static Fill matrix(int columns) {
        return normal(1 / Math.sqrt(columns));
    }

    /** This with each row multiplied by a factor. */
    default Fill timesRow(RowFactor factor) {
        return (random, row, column) -> factor.of(row) * value(random, row, column);
    }

    /** What a row is multiplied by. */
    @FunctionalInterface
    interface RowFactor {
        float of(int row);
    }
}
