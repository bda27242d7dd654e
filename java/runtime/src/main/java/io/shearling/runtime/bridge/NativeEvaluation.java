package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_evaluation;
import io.shearling.core.shl_evaluation_params;
import io.shearling.core.shl_model;
import io.shearling.runtime.measure.RowsForm;
import io.shearling.runtime.measure.ScorerOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A {@code shl_evaluation}. One thread at a time, but for {@link #cancel}. */
public final class NativeEvaluation implements AutoCloseable {
    /** Numbers of a scored token. */
    public static final int COLUMNS = Core.SHL_SCORE_COLUMNS;

    /** Where each of them is; enum shl_score says what it means. */
    public static final int NLL = Core.SHL_SCORE_NLL;

    public static final int BASE_NLL = Core.SHL_SCORE_BASE_NLL;

    public static final int KL = Core.SHL_SCORE_KL;

    public static final int KL_BOUND = Core.SHL_SCORE_KL_BOUND;

    public static final int SAME_TOP = Core.SHL_SCORE_SAME_TOP;

    public static final int STORED_NLL = Core.SHL_SCORE_STORED_NLL;

    public static final int STORED_BASE_NLL = Core.SHL_SCORE_STORED_BASE_NLL;

    public static final int STORED_KL = Core.SHL_SCORE_STORED_KL;

    public static final int STORED_SAME_TOP = Core.SHL_SCORE_STORED_SAME_TOP;

    public static final int STORED_DELTA_P = Core.SHL_SCORE_STORED_DELTA_P;

    public static final int STORED_BOUND = Core.SHL_SCORE_STORED_BOUND;

    /** Where it is; enum shl_score says what it means. */
    public static final int KL_VARIANCE = Core.SHL_SCORE_KL_VARIANCE;

    private final shl_evaluation evaluation;
    private Runnable onClose = () -> {};
    private boolean closed;

    private NativeEvaluation(shl_evaluation evaluation) {
        this.evaluation = evaluation;
    }

    /** Over models that outlive it. */
    public static NativeEvaluation open(
            NativeModel candidate, @Nullable NativeModel base, ScorerOptions options, String doing) {
        shl_evaluation evaluation = new shl_evaluation();
        try (shl_evaluation_params params = new shl_evaluation_params()) {
            Core.shl_evaluation_params_default(params);
            params.context_tokens(options.contextTokens()).batch_tokens(options.batchTokens());
            params.micro_batch_tokens(options.microBatchTokens()).threads(options.threads());
            params.stored(options.stored());
            shl_model other = base == null ? new shl_model() : base.pointer();
            NativeLog.checked(
                    () -> Core.shl_evaluation_new(candidate.pointer(), other, params, evaluation), "cannot " + doing);
        }
        return new NativeEvaluation(evaluation);
    }

    /** What to do once this is freed: let go of the models. */
    public void onClose(Runnable action) {
        onClose = action;
    }

    /** Chunks of a step. */
    public int chunks() {
        return Core.shl_evaluation_chunks(evaluation);
    }

    /** Scored tokens of a chunk. */
    public int scored() {
        return Core.shl_evaluation_scored(evaluation);
    }

    /** Bytes of a row of a base in a file. */
    public long rowBytes(RowsForm form) {
        return Core.shl_evaluation_row_bytes(evaluation, code(form));
    }

    /** Takes the base's rows out of a file, from the byte {@code offset} on. */
    public void readBase(RowsForm form, Path file, long offset, String doing) {
        Status.check(Core.shl_evaluation_read_base(evaluation, code(form), file.toString(), offset), "cannot " + doing);
    }

    /** Writes the base's rows into a file that is there, from the byte {@code offset} on. */
    public void writeBase(RowsForm form, Path file, long offset, String doing) {
        Status.check(
                Core.shl_evaluation_write_base(evaluation, code(form), file.toString(), offset), "cannot " + doing);
    }

    private static int code(RowsForm form) {
        return switch (form) {
            case STORED -> Core.SHL_ROWS_STORED;
            case COMPACT -> Core.SHL_ROWS_COMPACT;
        };
    }

    /** Scores [chunks][scored][{@link #COLUMNS}] of tokens [chunks][contextTokens]; false when cancelled. */
    public boolean step(int firstChunk, int chunks, int[] tokens, double[] scores, String doing) {
        return done(Core.shl_evaluation_step(evaluation, firstChunk, chunks, tokens, scores), doing);
    }

    /** The same of the last layers, with what goes into the first of them: [chunks][contextTokens][width]. */
    public boolean step(int firstChunk, int chunks, int[] tokens, float[] states, double[] scores, String doing) {
        return done(Core.shl_evaluation_step_states(evaluation, firstChunk, chunks, tokens, states, scores), doing);
    }

    private static boolean done(int status, String doing) {
        NativeLog.drain();
        if (status == Core.SHL_CANCELLED) {
            return false;
        }
        Status.check(status, "cannot " + doing);
        return true;
    }

    public void cancel() {
        Core.shl_evaluation_cancel(evaluation);
    }

    public void cancelClear() {
        Core.shl_evaluation_cancel_clear(evaluation);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Core.shl_evaluation_free(evaluation);
            NativeLog.drain();
            onClose.run();
        }
    }
}
