package io.shearling.formats.tensor;

import java.util.Arrays;

/**
 * The extents of a tensor, in ggml's order: dimension 0 is the columns, whose elements lie next to each other.
 *
 * <p>A weight that a framework calls {@code [out, in]} has the shape {@code [in, out]} here. A shape has 0 to 4
 * dimensions; those beyond its rank count as 1. An extent may be 0.
 */
public final class TensorShape {
    /** The most dimensions that ggml allows. */
    public static final int MAX_RANK = 4;

    private final long[] extents;
    private final long rows;
    private final long elements;

    private TensorShape(long[] extents) {
        if (extents.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    "A tensor has at most " + MAX_RANK + " dimensions, not " + extents.length + ".");
        }
        this.extents = extents;
        long product = 1;
        for (int i = extents.length - 1; i >= 1; i--) {
            product = Math.multiplyExact(product, checked(extents[i]));
        }
        this.rows = product;
        this.elements = Math.multiplyExact(product, checked(columns()));
    }

    /**
     * A shape with these extents, columns first.
     *
     * @throws IllegalArgumentException for more than four dimensions or a negative extent
     * @throws ArithmeticException when the product exceeds a {@code long}
     */
    public static TensorShape of(long... extents) {
        return new TensorShape(extents.clone());
    }

    /** How many dimensions were given. */
    public int rank() {
        return extents.length;
    }

    /** The extent of a dimension from 0 to 3; 1 beyond the rank. */
    public long extent(int dimension) {
        if (dimension < 0 || dimension >= MAX_RANK) {
            throw new IndexOutOfBoundsException(dimension);
        }
        return dimension < extents.length ? extents[dimension] : 1;
    }

    /** The extents that were given, columns first; a fresh array. */
    public long[] extents() {
        return extents.clone();
    }

    /** Elements of a row: dimension 0. */
    public long columns() {
        return extents.length == 0 ? 1 : extents[0];
    }

    /** Rows in all: the product of the dimensions above 0. */
    public long rows() {
        return rows;
    }

    /** Elements in all. */
    public long elements() {
        return elements;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorShape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** The extents in brackets, columns first: {@code [576, 49152]}. */
    @Override
    public String toString() {
        return Arrays.toString(extents);
    }

    private static long checked(long extent) {
        if (extent < 0) {
            throw new IllegalArgumentException("A tensor cannot have the extent " + extent + ".");
        }
        return extent;
    }
}
