package io.shearling.it.runtime;

import io.shearling.hub.Catalogue;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import java.nio.file.Path;

/** SmolLM2-135M-Instruct, as the catalogue has it. */
final class DefaultModel {
    private DefaultModel() {}

    /** The file, fetched when it is not on this machine. */
    static Path path() {
        return ModelHub.standard().resolve(Catalogue.DEFAULT_MODEL, ProgressListener.none());
    }
}
