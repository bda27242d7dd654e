package io.shearling.runtime;

import io.shearling.hub.Catalogue;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import java.nio.file.Path;

/** The default model, loaded once for all tests of this JVM. */
final class SmolLm2 {
    private SmolLm2() {}

    static Path path() {
        return ModelHub.standard().resolve(Catalogue.DEFAULT_MODEL, ProgressListener.none());
    }

    static Model model() {
        return Shared.MODEL;
    }

    /** One thread: slower on a quiet machine, and far quicker where others compute too, because nobody spins for anybody. */
    static EngineOptions.Builder options() {
        return EngineOptions.builder().threads(1);
    }

    private static final class Shared {
        static final Model MODEL = Model.load(path());
    }
}
