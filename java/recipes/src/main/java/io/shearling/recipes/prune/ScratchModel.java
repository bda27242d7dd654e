package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A part of a model, loaded from a file that is gone when this is closed. */
final class ScratchModel implements AutoCloseable {
    private static final int PIECE_BYTES = 1 << 20;

    private final GgufPlacer file;
    private final Model model;

    private ScratchModel(GgufPlacer file, Model model) {
        this.file = file;
        this.model = model;
    }

    /**
     * Writes and loads it.
     *
     * @param target a file beside it, which its name is made of
     * @param buffer of {@link #buffer}
     */
    static ScratchModel of(Pruning part, Path target, ByteBuffer buffer) {
        try (part) {
            return load(part, target, buffer);
        } catch (GgufException e) {
            // An interrupt closes the file that is written.
            throw Thread.currentThread().isInterrupted()
                    ? new RecipeException(
                            Kind.CANCELLED, target.toString(), "measuring was interrupted", "start it again", e)
                    : e;
        }
    }

    private static ScratchModel load(Pruning part, Path target, ByteBuffer buffer) {
        GgufPlacer file = part.scratch(target, buffer);
        try {
            return new ScratchModel(
                    file,
                    Model.load(
                            file.unfinished(), ModelOptions.builder().cpuOnly().build()));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** What writing takes, for one scratch model after the other: the garbage collector frees such a buffer late. */
    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(PIECE_BYTES);
    }

    Model model() {
        return model;
    }

    @Override
    public void close() {
        try (file) {
            model.close();
        }
    }
}
