package io.shearling.convert.element;

import java.util.stream.LongStream;

/** Says which row of a source comes where. A pure function. */
@FunctionalInterface
public interface RowOrder {
    /** The source's row that becomes this one. */
    long source(long row);

    /**
     * Undoes the order that rotary embeddings by halves want: in each head, row {@code i} of the first half and row {@code i} of
     * the second come next to each other. Rows are [heads, 2, half] and become [heads, half, 2].
     *
     * @param headRows rows of a head, an even number
     */
    static RowOrder interleaveHalves(long headRows) {
        long half = headRows / 2;
        return row -> {
            long within = row % headRows;
            return row - within + within % 2 * half + within / 2;
        };
    }

    /**
     * Undoes {@link #interleaveHalves}: rows [heads, half, 2] become [heads, 2, half].
     *
     * @param headRows rows of a head, an even number
     */
    static RowOrder separateHalves(long headRows) {
        long half = headRows / 2;
        return row -> {
            long within = row % headRows;
            return row - within + within % half * 2 + within / half;
        };
    }

    /**
     * Takes runs of rows apart that alternate: each group has one run of each length, and the first runs of all groups come together,
     * then the second ones, and so on.
     *
     * @param groups how many groups there are
     * @param lengths rows of the runs of a group
     */
    static RowOrder runsApart(long groups, long... lengths) {
        long[] runs = lengths.clone();
        long whole = LongStream.of(runs).sum();
        return row -> {
            long start = 0;
            int run = 0;
            while (row >= groups * (start + runs[run])) {
                start += runs[run];
                run++;
            }
            long within = row - groups * start;
            return within / runs[run] * whole + start + within % runs[run];
        };
    }

    /**
     * Takes the same part of each group of rows: rows [groups, all] become [groups, length].
     *
     * @param from where the part begins in its group
     * @param length rows of the part
     * @param all rows of a group
     */
    static RowOrder part(long from, long length, long all) {
        return row -> row / length * all + from + row % length;
    }

    /**
     * Leaves the first rows where they are, and reorders those behind them.
     *
     * @param rows how many stay
     */
    default RowOrder behind(long rows) {
        return row -> row < rows ? row : rows + source(row - rows);
    }
}
