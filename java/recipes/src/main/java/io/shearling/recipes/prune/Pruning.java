package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.ModelOutput;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A model without a part of it: planned when it is made, and written by {@link #write}. */
public abstract class Pruning implements AutoCloseable {
    private final GgufFile model;
    private final boolean owned;
    private final List<PrunedTensor> tensors;
    private final Remake remake;
    private final ModelOutput output;

    /**
     * Plans it.
     *
     * @param owned whether the model is closed with this
     * @param settings all that the data depends on besides the model
     * @param texts that were measured with, which the output tells of
     */
    Pruning(
            GgufFile model,
            boolean owned,
            String settings,
            GgufMetadata keys,
            List<PrunedTensor> tensors,
            CalibrationTexts texts) {
        this(model, owned, settings, keys, tensors, Remake.NONE, texts);
    }

    /** The same with tensors that get new values. */
    Pruning(
            GgufFile model,
            boolean owned,
            String settings,
            GgufMetadata keys,
            List<PrunedTensor> tensors,
            Remake remake,
            CalibrationTexts texts) {
        this.model = model;
        this.owned = owned;
        this.remake = remake;
        this.tensors = List.copyOf(tensors);
        output = new ModelOutput(
                model.path(),
                "pruning",
                ModelOutput.inputs(model, settings + ", measured with " + texts),
                with(texts, keys),
                tensors.stream().map(PrunedTensor::output).toList());
    }

    private static GgufMetadata with(CalibrationTexts texts, GgufMetadata keys) {
        GgufMetadata.Builder all = keys.toBuilder();
        CalibrationTexts.of(keys).and(texts).put(all);
        return all.build();
    }

    /** Layers of the model that is read. */
    public abstract int blockCount();

    /** Layers of the model that is written. */
    public abstract int layers();

    /** Of which blocks of the model that is read each layer of the one that is written is made. */
    public abstract List<PackedLayer> origins();

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

    /**
     * Writes it to be used for a while, by one thread and without a sync; closing what is returned removes it. It knows tokens by their
     * numbers alone: a vocabulary would take more time and memory to load than its layers.
     *
     * @param buffer that pieces go through
     */
    final GgufPlacer scratch(Path target, ByteBuffer buffer) {
        GgufPlacer file = output.with(withoutVocabulary()).scratch(target);
        try {
            RowCopier copier = new RowCopier(model, tensors, buffer);
            for (int i = 0; i < file.tensors().size(); i++) {
                TensorInfo tensor = file.tensors().get(i);
                long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
                int most = (int) Math.max(1, buffer.capacity() / rowBytes);
                for (long row = 0; row < tensor.shape().rows(); row += most) {
                    int rows = (int) Math.min(most, tensor.shape().rows() - row);
                    file.write(tensor, row * rowBytes, copier.rows(i, row, rows));
                }
            }
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private GgufMetadata withoutVocabulary() {
        GgufMetadata keys = output.metadata();
        GgufMetadata.Builder left = GgufMetadata.builder();
        keys.keys().stream()
                .filter(key -> !key.startsWith("tokenizer."))
                .forEach(key -> left.put(key, keys.value(key)));
        model.tensor("token_embd.weight")
                .ifPresent(embedding -> left.put(
                        keys.string("general.architecture") + ".vocab_size",
                        GgufValue.u32(embedding.shape().rows())));
        return left.put("tokenizer.ggml.model", GgufValue.string("no_vocab")).build();
    }

    @Override
    public final void close() {
        if (owned) {
            model.close();
        }
    }
}
