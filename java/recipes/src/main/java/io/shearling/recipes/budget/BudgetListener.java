package io.shearling.recipes.budget;

/** Hears how a search goes, on the thread that called it. */
@FunctionalInterface
public interface BudgetListener {
    /** Hears nothing. */
    BudgetListener NONE = (step, what, done, all) -> {};

    /** The parts of a search, in order. */
    enum Step {
        /** The importance of columns is collected; counted in chunks. */
        IMPORTANCE,
        /** The base reads the text of the verification; counted in chunks. */
        BASE,
        /** Rows are quantized to see their errors; counted in tensors. */
        ERRORS,
        /** Products of weights with activations are timed; counted in products. Only where the budget has a speed. */
        SPEED,
        /** What a coarse type in one group of tensors does to the model; counted in groups. */
        SENSITIVITY,
        /** The best choices are measured on text that the search has not seen; counted in models. */
        VERIFICATION
    }

    /**
     * Something is about to be done, or the step is over.
     *
     * @param what is being measured
     * @param done so far in this step
     * @param all in this step
     */
    void progress(Step step, String what, int done, int all);
}
