package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_context;
import io.shearling.core.shl_context_info;
import io.shearling.core.shl_context_params;

/**
 * A {@code shl_context}. One thread at a time, but for {@link #cancel}, which any thread may call before {@link #close}.
 */
public final class NativeContext implements AutoCloseable {
    /** No output for a run of tokens. */
    public static final int OUTPUT_NONE = Core.SHL_OUTPUTS_NONE;

    /** An output for the last token of a run. */
    public static final int OUTPUT_LAST = Core.SHL_OUTPUTS_LAST;

    /** An output for every token. */
    public static final int OUTPUT_ALL = Core.SHL_OUTPUTS_ALL;

    /** How a computation ended. */
    public enum Decoded {
        DONE,
        /** Nothing happened: no cells are free. */
        NO_ROOM,
        /** Aborted; a part may be in memory. */
        CANCELLED
    }

    /**
     * What was granted.
     *
     * @param contextTokens for each sequence
     * @param slidingWindow of the model, 0: none
     */
    public record Info(
            long memoryBytes,
            int contextTokens,
            int sequenceCount,
            int batchTokens,
            int microBatchTokens,
            int threads,
            int pooling,
            boolean canShift,
            int slidingWindow,
            long nativeAddress) {}

    private static final int[] NO_TOKENS = new int[1];
    private static final float[] NO_LOGPROBS = new float[1];

    private final shl_context context;
    private final Info info;
    private Runnable onClose = () -> {};
    private boolean closed;

    // Kept between calls: they are on the way of every token.
    private final int[] index = new int[1];
    private final int[] first = new int[1];
    private final int[] last = new int[1];
    private final boolean[] flag = new boolean[1];
    private final float[] logprob = new float[1];

    private NativeContext(shl_context context, int contextTokens, int slidingWindow) {
        this.context = context;
        info = read(context, contextTokens, slidingWindow);
    }

    /** Makes a context over a model that outlives it. */
    public static NativeContext open(NativeModel model, ContextSettings settings) {
        shl_context context = new shl_context();
        try (shl_context_params params = settings.toNative()) {
            NativeLog.checked(
                    () -> Core.shl_context_new(model.pointer(), params, context),
                    "cannot make a context of " + settings.contextTokens() + " tokens for each of "
                            + settings.sequences() + " sequences");
        }
        return new NativeContext(context, settings.contextTokens(), model.info().slidingWindow());
    }

    /** llama.cpp rounds contexts up; what was asked for is what is used. */
    private static Info read(shl_context context, int contextTokens, int slidingWindow) {
        try (shl_context_info raw = new shl_context_info()) {
            Status.check(Core.shl_context_read(context, raw), "cannot read the context's numbers");
            return new Info(
                    raw.memory_bytes(),
                    Math.min(raw.context_tokens(), contextTokens),
                    raw.sequence_count(),
                    raw.batch_tokens(),
                    raw.micro_batch_tokens(),
                    raw.threads(),
                    raw.pooling(),
                    raw.can_shift(),
                    slidingWindow,
                    Core.shl_context_native(context).address());
        }
    }

    /** What to do once this is freed: let go of the model. */
    public void onClose(Runnable action) {
        onClose = action;
    }

    public Info info() {
        return info;
    }

    /** Threads of the step that is computed, or was last. */
    public int threads() {
        return Core.shl_context_threads(context);
    }

    shl_context pointer() {
        return context;
    }

    public void clearBatch() {
        Core.shl_batch_clear(context);
    }

    /** Adds a run of tokens; returns the batch index of the first. */
    public int addToBatch(int sequence, int position, int[] tokens, int count, int outputs) {
        Status.check(
                Core.shl_batch_add(context, sequence, position, tokens, count, outputs, index),
                "cannot add to the batch");
        return index[0];
    }

    public Decoded decode() {
        int status = Core.shl_context_decode(context);
        NativeLog.drain();
        if (status == Core.SHL_CANCELLED) {
            return Decoded.CANCELLED;
        }
        if (status == Core.SHL_OK) {
            return Decoded.DONE;
        }
        if (status == Core.SHL_NO_ROOM) {
            return Decoded.NO_ROOM;
        }
        throw Status.failure(status, "cannot compute");
    }

    public void cancel() {
        Core.shl_context_cancel(context);
    }

    public void cancelClear() {
        Core.shl_context_cancel_clear(context);
    }

    /** Smallest position in memory of a sequence, -1: none. */
    public int firstPosition(int sequence) {
        Status.check(Core.shl_memory_range(context, sequence, first, last), "cannot read the memory's range");
        return first[0];
    }

    /** Forgets positions [from, to); false where this memory cannot forget just a part. */
    public boolean remove(int sequence, int from, int to) {
        Status.check(Core.shl_memory_remove(context, sequence, from, to, flag), "cannot forget a part of the text");
        return flag[0];
    }

    public void shift(int sequence, int from, int to, int delta) {
        Status.check(Core.shl_memory_shift(context, sequence, from, to, delta), "cannot move the text");
    }

    /** Makes all of a sequence belong to another one too, which is empty. */
    public void copy(int source, int target) {
        Status.check(Core.shl_memory_copy(context, source, target, 0, -1), "cannot share the text");
    }

    /** The log-probability of a token at an output. */
    public float probability(int output, int token) {
        Status.check(
                Core.shl_logprobs(context, output, token, logprob, NO_TOKENS, NO_LOGPROBS, 0),
                "cannot read a probability");
        return logprob[0];
    }

    public float[] sequenceEmbedding(int sequence, float[] out) {
        Status.check(Core.shl_embedding_sequence(context, sequence, out, out.length), "cannot read the embedding");
        return out;
    }

    public float[] tokenEmbedding(int token, float[] out) {
        Status.check(Core.shl_embedding_token(context, token, out, out.length), "cannot read the embedding");
        return out;
    }

    /** The log-probability of a token at an output, and the likeliest tokens there. */
    public TokenChoice probabilities(int output, int token, int count) {
        float[] own = new float[1];
        int[] likeliest = new int[count];
        float[] theirs = new float[count];
        Status.check(
                Core.shl_logprobs(context, output, token, own, likeliest, theirs, count), "cannot read probabilities");
        return new TokenChoice(token, own[0], likeliest, theirs);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Core.shl_context_free(context);
            NativeLog.drain();
            onClose.run();
        }
    }
}
