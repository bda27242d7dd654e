package io.shearling.runtime.jfr;

import org.jspecify.annotations.Nullable;

/**
 * Begins events for Java Flight Recorder; each method gives null where nobody records that event, or where the runtime image
 * has no module {@code jdk.jfr}. Thread-safe. A call that finds nobody recording costs some nanoseconds.
 */
public final class Jfr {
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Jfr() {}

    /** A model is about to be loaded. */
    public static @Nullable LoadRun load() {
        return PRESENT ? LoadRun.begun() : null;
    }

    /** A sequence is about to compute a prompt. */
    public static @Nullable PromptRun prompt(String model, int sequence) {
        return PRESENT ? PromptRun.begun(model, sequence) : null;
    }

    /** A batch is about to be computed. */
    public static @Nullable DecodeStep decodeStep() {
        return PRESENT ? DecodeStep.begun() : null;
    }

    /** A generation has been asked for. */
    public static @Nullable GenerationRun generation() {
        return PRESENT ? GenerationRun.begun() : null;
    }
}
