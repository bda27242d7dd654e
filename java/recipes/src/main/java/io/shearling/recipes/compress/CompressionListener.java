package io.shearling.recipes.compress;

/** Hears how a recipe is done, on the thread that runs it. May throw, which ends it, and interrupt the thread. */
public interface CompressionListener {
    /** Hears nothing. */
    CompressionListener NONE = new CompressionListener() {
        @Override
        public void progress(String what, String unit, long done, long all) {}

        @Override
        public void done(StepReport step) {}
    };

    /**
     * Something is being done.
     *
     * @param what it is
     * @param unit what is counted
     */
    void progress(String what, String unit, long done, long all);

    /** A step is done, and measured. */
    void done(StepReport step);
}
