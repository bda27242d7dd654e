package io.shearling.recipes.statistics;

/** Told of the progress on the thread that collects. */
@FunctionalInterface
public interface StatisticsListener {
    /** Listens to nothing. */
    StatisticsListener NONE = (done, all) -> {};

    /**
     * A chunk was read, or the first is about to be.
     *
     * @param done chunks that were read
     * @param all chunks to read, in all passes
     */
    void read(int done, int all);
}
