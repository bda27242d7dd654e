package io.shearling.recipes.prune;

/** Is told how a search goes, on the thread that searches. */
@FunctionalInterface
public interface MeasuringListener {
    /** Tells nobody. */
    MeasuringListener NONE = (part, parts, done, all) -> {};

    /**
     * So many candidates are measured.
     *
     * @param part that is looked for, from 1
     * @param parts that are to go
     */
    void measured(int part, int parts, int done, int all);
}
