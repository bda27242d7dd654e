package io.shearling.recipes.compress;

/** Tells a listener what is being done, in the forms that those who do it ask for. */
record Teller(CompressionListener listener) {
    void progress(String what, String unit, long done, long all) {
        listener.progress(what, unit, done, all);
    }

    Measuring.Listener chunks(String what) {
        return (done, all) -> listener.progress(what, "chunks", done, all);
    }

    Runnable waiting(String what) {
        return () -> listener.progress("waiting for another run, which is making " + what, "things", 0, 1);
    }
}
