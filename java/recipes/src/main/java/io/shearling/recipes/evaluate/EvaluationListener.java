package io.shearling.recipes.evaluate;

/** Hears how an evaluation goes, on the thread that called it. */
@FunctionalInterface
public interface EvaluationListener {
    /** Hears nothing. */
    EvaluationListener NONE = (done, all, figure) -> {};

    /**
     * A step is done.
     *
     * @param chunksDone so far
     * @param chunksAll in the end, unless it stops earlier
     * @param figure so far: the mean KL divergence, or without a base the perplexity
     */
    void progress(int chunksDone, int chunksAll, Estimate figure);

    /**
     * The KL divergences of the tokens that a step has scored, in the order of the text and before its progress; not called without a
     * base. Of two candidates on the same text, the differences token by token tell more than the two means.
     *
     * @param values in nats, a fresh array
     */
    default void divergences(double[] values) {}
}
