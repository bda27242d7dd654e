package io.shearling.convert.element;

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
     * Takes groups of rows apart that alternate: rows [groups, kinds, length] become [kinds, groups, length].
     *
     * @param groups how many groups there are
     * @param kinds runs in a group
     * @param length rows of a run
     */
    static RowOrder byKind(long groups, long kinds, long length) {
        return row -> {
            long kind = row / (groups * length);
            long group = row / length % groups;
            return (group * kinds + kind) * length + row % length;
        };
    }
}
