package io.shearling.runtime;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.formats.model.ModelShape;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.ModelAccess;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeModel;
import io.shearling.runtime.bridge.Probe;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.jfr.Jfr;
import io.shearling.runtime.jfr.LoadRun;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A language model: weights and vocabulary out of a GGUF file.
 *
 * <p>Thread-safe. Closing it stops new use; the weights are freed when the last engine, session or embedder over it is closed
 * too.
 *
 * <p>The file stays mapped, so it must stay as it is: to change it, write another beside it and rename that over it. A file
 * that was changed in place is noticed, and refused with {@link ErrorCode#MODEL_REFUSED}, when the next engine, session or
 * generation begins. One that is cut short <em>while</em> something is computed, or loaded, ends the process: no program can
 * go on without the pages. {@link ModelOptions.LoadMode#READ} keeps a copy that nobody can change.
 */
public final class Model implements AutoCloseable {
    static {
        ModelAccess.give(new ModelAccess() {
            @Override
            public Lease lease(Model model) {
                return model.lease();
            }

            @Override
            public NativeModel weights(Model model) {
                return model.weights();
            }

            @Override
            public void requireUnchanged(Model model) {
                model.requireUnchanged();
            }
        });
    }

    private final Path path;
    private final ModelShape shape;
    private final NativeModel weights;
    private final NativeHandle handle;
    private final Tokenizer tokenizer;
    private final OwnTemplate template;
    private final Optional<FileStamps> stamps;

    private Model(Path path, Checked checked, NativeModel weights, Optional<FileStamps> stamps) {
        this.path = path;
        this.shape = checked.shape;
        this.weights = weights;
        this.stamps = stamps;
        template = new OwnTemplate(weights, name(), checked.probe.templateFault());
        handle = new NativeHandle(this, "model " + path.getFileName(), template::freeAll);
        tokenizer = new Tokenizer(weights, weights.vocabulary(), handle::lease);
    }

    /** {@link #load(Path, ModelOptions, LoadListener)} with {@link ModelOptions#DEFAULT}. */
    public static Model load(Path path) {
        return load(path, ModelOptions.DEFAULT, LoadListener.NONE);
    }

    /** {@link #load(Path, ModelOptions, LoadListener)} without progress. */
    public static Model load(Path path, ModelOptions options) {
        return load(path, options, LoadListener.NONE);
    }

    /**
     * Loads a GGUF file; of a split file, name the first part. The file is checked in Java, and the
     * first time it is seen it is tried in a process of its own, before native code here sees it. Blocks; an interrupt cancels.
     *
     * @throws ShearlingException {@link ErrorCode#MODEL_REFUSED} for a file that is missing, damaged or of an unknown kind,
     *     {@link ErrorCode#NO_DEVICE} when a GPU is required and none is used, {@link ErrorCode#CANCELLED} after an interrupt
     */
    public static Model load(Path path, ModelOptions options, LoadListener listener) {
        LoadRun run = Jfr.load();
        Checked checked = check(path);
        NativeModel weights = NativeModel.load(path, options, checked.shape.blockCount(), listener);
        // What was read is ours; what is mapped is still the file's.
        boolean mapped = options.loadMode() != ModelOptions.LoadMode.READ;
        Model model = new Model(path, checked, weights, mapped ? Optional.of(checked.stamps) : Optional.empty());
        try {
            checked.stamps.requireSame();
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
        if (run != null) {
            run.done(path, model.sizeBytes(), checked.probeNanos);
        }
        return model;
    }

    private record Checked(ModelShape shape, Probe probe, long probeNanos, FileStamps stamps) {}

    private static Checked check(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            requireKnown(path, file.metadata().string("general.architecture"));
            ModelShape shape = ModelShape.of(file.metadata());
            FileStamps stamps =
                    FileStamps.of(file.parts().stream().map(GgufPart::path).toList());
            long begin = System.nanoTime();
            Probe probe = Probe.of(file.parts());
            long probeNanos = System.nanoTime() - begin;
            if (!probe.modelFault().isEmpty()) {
                throw new ShearlingException(
                        ErrorCode.MODEL_REFUSED,
                        path + " cannot be used: " + probe.modelFault() + "; fetch or convert it again");
            }
            return new Checked(shape, probe, probeNanos, stamps);
        } catch (GgufException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ShearlingException(ErrorCode.CANCELLED, "loading " + path + " was interrupted", e);
            }
            throw new ShearlingException(ErrorCode.MODEL_REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireKnown(Path path, String architecture) {
        SortedSet<String> known = Backends.architectures();
        if (!known.contains(architecture)) {
            String name = architecture.length() > 40 ? architecture.substring(0, 40) + "..." : architecture;
            throw new ShearlingException(
                    ErrorCode.MODEL_REFUSED,
                    path + " is of the architecture \"" + name + "\", which llama.cpp " + Backends.llamaVersion()
                            + " does not know; take a model of one of these: " + String.join(", ", known));
        }
    }

    /** The numbers of the model: layers, widths, heads. */
    public ModelShape shape() {
        return shape;
    }

    public Path path() {
        return path;
    }

    /** The file's name, for messages. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** One line about size and types, in llama.cpp's words. */
    public String description() {
        try (Lease lease = handle.lease()) {
            return weights.description();
        }
    }

    /** Bytes of all tensors. */
    public long sizeBytes() {
        return weights.info().sizeBytes();
    }

    public long parameterCount() {
        return weights.info().parameterCount();
    }

    /** Layers on GPUs. */
    public int offloadedLayers() {
        return weights.offloadedLayers();
    }

    /** Tokens that the model was trained to see at once. */
    public int contextLength() {
        return weights.info().contextLength();
    }

    /** Length of an embedding that this model gives. */
    public int embeddingLength() {
        return weights.info().embeddingLengthOut();
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * The model's own chat template, which is closed with the model and not before.
     *
     * @throws ShearlingException with {@link ErrorCode#UNSUPPORTED} when it has none, {@link ErrorCode#BAD_TEMPLATE} when it
     *     does not parse, does not come to an end or ends the process that tried it
     */
    public ChatTemplate chatTemplate() {
        try (Lease lease = handle.lease()) {
            return template.get();
        }
    }

    /** A session on an engine of its own, with {@link EngineOptions#DEFAULT}; closing it closes the engine. */
    public Session newSession() {
        return newSession(EngineOptions.DEFAULT);
    }

    /** A session on an engine of its own; closing it closes the engine. */
    public Session newSession(EngineOptions options) {
        Engine engine = new Engine(this, options, true);
        try {
            return engine.newOwningSession();
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /** {@link #newEngine(EngineOptions)} with {@link EngineOptions#DEFAULT}. */
    public Engine newEngine() {
        return newEngine(EngineOptions.DEFAULT);
    }

    /**
     * An engine over this model.
     *
     * @throws ShearlingException {@link ErrorCode#MODEL_REFUSED} when the file is not what it was, {@link
     *     ErrorCode#OUT_OF_MEMORY} when there is no memory for such a context
     */
    public Engine newEngine(EngineOptions options) {
        return new Engine(this, options, false);
    }

    /** {@link #newEmbedder(EmbedderOptions)} with {@link EmbedderOptions#DEFAULT}. */
    public Embedder newEmbedder() {
        return newEmbedder(EmbedderOptions.DEFAULT);
    }

    /** An embedder over this model. */
    public Embedder newEmbedder(EmbedderOptions options) {
        requireUnchanged();
        return new Embedder(this, options);
    }

    /** Address of the {@code llama_model} inside, for the low-level binding. Borrowed: valid until this is closed. */
    public long nativeAddress() {
        try (Lease lease = handle.lease()) {
            return weights.nativeAddress();
        }
    }

    /** Refuses to go on over a file that was changed in place. A file that was replaced or deleted is still mapped, and good. */
    void requireUnchanged() {
        stamps.ifPresent(FileStamps::requireUnchanged);
    }

    NativeModel weights() {
        return weights;
    }

    /** The chat template for who holds a lease already. */
    ChatTemplate leasedTemplate() {
        return template.get();
    }

    Lease lease() {
        return handle.lease();
    }

    /** Stops new use; the weights go with the last child. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
