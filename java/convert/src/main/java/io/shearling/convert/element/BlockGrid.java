package io.shearling.convert.element;

/**
 * A matrix cut into blocks, those at its right and lower edge perhaps smaller; numbered row by row.
 *
 * @param rows of the matrix
 * @param columns of the matrix
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 */
public record BlockGrid(long rows, long columns, long blockRows, long blockColumns) {
    /** Checks that nothing is negative and no block empty. */
    public BlockGrid {
        if (rows < 0 || columns < 0 || blockRows <= 0 || blockColumns <= 0) {
            throw new IllegalArgumentException("No blocks of " + blockRows + " × " + blockColumns + " in a matrix of "
                    + rows + " × " + columns + ".");
        }
    }

    /** Blocks next to each other. */
    public long width() {
        return (columns + blockColumns - 1) / blockColumns;
    }

    /** Blocks one above the other. */
    public long height() {
        return (rows + blockRows - 1) / blockRows;
    }

    /** Elements of the matrix. */
    public long elements() {
        return rows * columns;
    }
}
