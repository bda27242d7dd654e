package io.shearling.jmh;

import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import java.nio.file.Path;

/** The model that all benchmarks use. */
final class DefaultModel {
    private DefaultModel() {}

    /** The default model's file, fetched when it is not in the cache. */
    static Path file() {
        return ModelHub.standard().resolve("smollm2-135m", ProgressListener.none());
    }
}
