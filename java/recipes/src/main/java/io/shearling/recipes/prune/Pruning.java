package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlacer;
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
    private final Remake remake;
    private final ModelOutput output;

    /** @param settings all that the data depends on besides the model */
    Pruning(GgufFile model, String settings, GgufMetadata keys, List<PrunedTensor> tensors) {
        this(model, settings, keys, tensors, Remake.NONE);
    }

    /**
     * The same with tensors that get new values.
     *
     * @param settings all that the data depends on besides the model
     */
    Pruning(GgufFile model, String settings, GgufMetadata keys, List<PrunedTensor> tensors, Remake remake) {
        this.model = model;
        this.remake = remake;
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
     * @param threads that read, compute and write
     * @param listener may throw, which ends the run; may interrupt this thread
     * @return the file, or the first of several
     */
    public final Path write(Path target, SplitRule split, int threads, PruningListener listener) {
        return output.write(target, split, file -> fill(file, threads, listener));
    }

    private void fill(GgufPlacer file, int threads, PruningListener listener) throws InterruptedException {
        try (NewValues values = remake.values(threads, listener)) {
            new TensorFill(file, threads, listener)
                    .run(
                            () -> new RemadeRows(new RowCopier(model, tensors), tensors, remake, values),
                            TensorFill.NOTE_EVERY);
        }
    }

    @Override
    public final void close() {
        model.close();
    }
}
