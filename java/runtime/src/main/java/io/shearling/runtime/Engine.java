package io.shearling.runtime;

import io.shearling.runtime.bridge.ContextSettings;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;

/**
 * A native context with N sequences and the one thread that computes for them; a {@link Session} is one of the sequences.
 *
 * <p>Thread-safe. It keeps its model's weights alive. Closing it ends every generation as cancelled and frees the context.
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final Model model;
    private final Scheduler scheduler;
    private final NativeHandle handle;
    private final Tokenizer tokenizer;

    /** An engine of its own is closed by its session, which also speaks for it when both are forgotten. */
    Engine(Model model, EngineOptions options, boolean ofOneSession) {
        this.model = model;
        model.requireUnchanged();
        Lease weights = model.lease();
        NativeContext context;
        try {
            int tokens = contextTokens(model, options);
            context = NativeContext.open(model.weights(), ContextSettings.generation(options, tokens));
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
        context.onClose(weights::close);
        scheduler = new Scheduler(context, model.tokenizer(), "shearling-engine " + model.name());
        String what = "engine over " + model.name();
        handle = ofOneSession
                ? NativeHandle.ofPart(this, what, scheduler::close)
                : new NativeHandle(this, what, scheduler::close);
        // The model's own stops with the model; a session goes on until its engine is closed.
        tokenizer = new Tokenizer(model.weights(), model.tokenizer().vocabulary(), handle::lease);
        try {
            scheduler.start();
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> model.name() + ": " + contextTokens() + " tokens for each of " + sequences() + " sequences, "
                        + memoryBytes() + " bytes of memory, " + threads() + " threads");
    }

    private static int contextTokens(Model model, EngineOptions options) {
        if (options.contextTokens() == 0) {
            return ContextSize.fitting(model.shape(), options, model.name());
        }
        ContextSize.refuseAbsurd(model.shape(), options, options.contextTokens(), model.name());
        return options.contextTokens();
    }

    /**
     * A session on a free sequence.
     *
     * @throws ShearlingException with {@link ErrorCode#BUSY} when every sequence is taken
     */
    public Session newSession() {
        return open(false);
    }

    /** A session that closes this engine when it is closed. */
    Session newOwningSession() {
        return open(true);
    }

    private Session open(boolean owning) {
        model.requireUnchanged();
        Sequence sequence = scheduler.open();
        if (sequence == null) {
            throw new ShearlingException(
                    ErrorCode.BUSY,
                    "all " + sequences()
                            + " sequences of this engine are taken; close a session, or open the engine with"
                            + " more sequences");
        }
        return new Session(this, sequence, owning);
    }

    public Model model() {
        return model;
    }

    /** Tokens that each sequence can hold. */
    public int contextTokens() {
        return scheduler.info().contextTokens();
    }

    public int sequences() {
        return scheduler.info().sequenceCount();
    }

    /** The most threads that compute one token; while others keep the cores busy, a default engine takes fewer. */
    public int threads() {
        return scheduler.info().threads();
    }

    /** Bytes of the sequences' memory (KV cache or state). */
    public long memoryBytes() {
        return scheduler.info().memoryBytes();
    }

    /** Whether it has failed: whoever asks it for something is told why, and only {@link #close} is left to do. */
    public boolean hasFailed() {
        return scheduler.hasFailed();
    }

    /** Address of the {@code llama_context} inside, for the low-level binding. Borrowed: valid until this is closed. */
    public long nativeAddress() {
        try (Lease lease = lease()) {
            return scheduler.info().nativeAddress();
        }
    }

    Lease lease() {
        return handle.lease();
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Ends every generation as cancelled and frees the context. That is done when this returns, unless another thread is just
     * asking one of its sessions for text: then it is when that call is over. Idempotent.
     */
    @Override
    public void close() {
        handle.close();
    }
}
