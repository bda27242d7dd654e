package io.shearling.recipes.prune;

/** New values of some tensors of a model, as floats. For any threads. */
@FunctionalInterface
interface NewValues extends AutoCloseable {
    /**
     * Some rows of a tensor that has such.
     *
     * @param out gets them, row after row
     */
    void rows(PrunedTensor tensor, long firstRow, int rows, float[] out);

    @Override
    default void close() {}
}
