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
}
