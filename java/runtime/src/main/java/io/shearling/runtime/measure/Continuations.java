package io.shearling.runtime.measure;

import io.shearling.runtime.Model;
import io.shearling.runtime.bridge.ContextSettings;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.ModelAccess;
import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeModel;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;

/**
 * How likely a model finds continuations of a text. What they share is computed once. For one thread; keeps the model's weights
 * alive.
 */
public final class Continuations implements AutoCloseable {
    /** Continuations computed at once; the shared text has a sequence of its own. */
    private static final int AT_ONCE = 8;

    private final NativeContext context;
    private final NativeHandle handle;
    private final String doing;
    private final int room;

    private Continuations(NativeContext context, String doing) {
        this.context = context;
        this.doing = doing;
        room = Math.min(
                context.info().contextTokens() * (AT_ONCE + 1), context.info().batchTokens());
        handle = new NativeHandle(this, "scorer that was to " + doing, context::close);
    }

    /**
     * Opens a context for continuations of a model.
     *
     * @param tokens that a text and eight continuations may have together
     * @param threads that compute; 0: one a core
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when the model foretells no tokens
     */
    public static Continuations open(Model model, int tokens, int threads) {
        ModelAccess access = ModelAccess.get();
        Lease lease = access.lease(model);
        try {
            access.requireUnchanged(model);
            NativeModel weights = access.weights(model);
            Scorer.requireDecoder(model, weights);
            NativeContext context =
                    NativeContext.open(weights, ContextSettings.continuations(tokens, AT_ONCE + 1, threads));
            context.onClose(lease::close);
            return new Continuations(context, "score choices by " + model.name());
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** Most tokens of a text and its continuations together, eight of them at a time. */
    public int room() {
        return room;
    }

    /**
     * The log-probability of every token of every continuation: [continuations][tokens of it].
     *
     * @param text one token or more
     * @param continuations each of one token or more
     * @throws ShearlingException {@link ErrorCode#CANCELLED} after an interrupt, {@link ErrorCode#CONTEXT_FULL} when they are
     *     too long
     */
    public float[][] score(int[] text, int[][] continuations) {
        try (Lease lease = handle.lease()) {
            float[][] scores = new float[continuations.length][];
            Listening.run(
                    () -> {
                        compute(text, continuations, scores);
                        return true;
                    },
                    context::cancel,
                    context::cancelClear,
                    doing);
            return scores;
        }
    }

    private void compute(int[] text, int[][] continuations, float[][] scores) {
        context.remove(0, 0, -1);
        context.clearBatch();
        if (text.length > 1) {
            context.addToBatch(0, 0, text, text.length - 1, NativeContext.OUTPUT_NONE);
        }
        int[] last = {text[text.length - 1]};
        int output = context.addToBatch(0, text.length - 1, last, 1, NativeContext.OUTPUT_LAST);
        decode();
        for (int i = 0; i < continuations.length; i++) {
            scores[i] = new float[continuations[i].length];
            scores[i][0] = context.probability(output, continuations[i][0]);
        }
        for (int from = 0; from < continuations.length; from += AT_ONCE) {
            int to = Math.min(from + AT_ONCE, continuations.length);
            continueWith(text.length, continuations, from, to, scores);
        }
    }

    /** The last token of each foretells nothing that is asked. */
    private void continueWith(int position, int[][] continuations, int from, int to, float[][] scores) {
        context.clearBatch();
        int[] first = new int[to - from];
        boolean any = false;
        for (int i = from; i < to; i++) {
            int[] tokens = continuations[i];
            int sequence = i - from + 1;
            context.remove(sequence, 0, -1);
            if (tokens.length > 1) {
                context.copy(0, sequence);
                first[i - from] =
                        context.addToBatch(sequence, position, tokens, tokens.length - 1, NativeContext.OUTPUT_ALL);
                any = true;
            }
        }
        if (!any) {
            return;
        }
        decode();
        for (int i = from; i < to; i++) {
            for (int t = 1; t < continuations[i].length; t++) {
                scores[i][t] = context.probability(first[i - from] + t - 1, continuations[i][t]);
            }
        }
        for (int sequence = 1; sequence <= to - from; sequence++) {
            context.remove(sequence, 0, -1);
        }
    }

    private void decode() {
        switch (context.decode()) {
            case DONE -> {}
            case CANCELLED -> throw new ShearlingException(ErrorCode.CANCELLED, "to " + doing + " was interrupted");
            case NO_ROOM ->
                throw new ShearlingException(
                        ErrorCode.CONTEXT_FULL, "cannot " + doing + ": a choice is too long; leave it out");
        }
    }

    /** Frees the context. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
