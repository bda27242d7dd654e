package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.ModelOutput;
import java.nio.file.Path;
import java.util.List;

/** A model without a part of it: planned when it is made, and written by {@link #write}. */
public abstract class Pruning implements AutoCloseable {
    private final GgufFile model;
    private final List<PrunedTensor> tensors;
    private final ModelOutput output;

    /** @param settings all that the data depends on besides the model */
    Pruning(GgufFile model, String settings, GgufMetadata keys, List<PrunedTensor> tensors) {
        this.model = model;
        this.tensors = List.copyOf(tensors);
        output = new ModelOutput(
                model.path(),
                "pruning",
                ModelOutput.inputs(model, settings),
                keys,
                tensors.stream().map(PrunedTensor::output).toList());
    }

    /** Layers of the model that is read. */
    public abstract int blockCount();

    /** Layers of the model that is written. */
    public abstract int layers();

    /** Bytes of all tensors as they are. */
    public final long sourceBytes() {
        return model.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
    }

    /**
     * What {@link #write} would write to this place: every tensor's type, size and place.
     *
     * @throws IllegalArgumentException when the rule makes too many files
     */
    public final GgufPlan plan(Path target, SplitRule split) {
        return output.plan(target, split);
    }

    /**
     * Writes the model, as {@link ModelOutput#write} does.
     *
     * @param threads that read and write
     * @param listener is told how many bytes of all are written; may throw, which ends the run; may interrupt this thread
     * @return the file, or the first of several
     */
    public final Path write(Path target, SplitRule split, int threads, TensorFill.Listener listener) {
        return output.write(
                target,
                split,
                file -> new TensorFill(file, threads, listener)
                        .run(() -> new RowCopier(model, tensors), TensorFill.NOTE_EVERY));
    }

    @Override
    public final void close() {
        model.close();
    }
}
