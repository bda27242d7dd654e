package io.shearling.runtime.measure;

import io.shearling.runtime.Model;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.ModelAccess;
import io.shearling.runtime.bridge.NativeEvaluation;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeModel;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores a text by a model, chunk by chunk as llama-perplexity cuts it, and beside a base where there is one. Logits stay in
 * native code. For one thread; keeps the weights of its models alive.
 */
public final class Scorer implements AutoCloseable {
    private final NativeEvaluation evaluation;
    private final NativeHandle handle;
    private final ScorerOptions options;
    private final String doing;
    private final int width;

    private Scorer(NativeEvaluation evaluation, ScorerOptions options, int width, String doing) {
        this.width = width;
        this.evaluation = evaluation;
        this.options = options;
        this.doing = doing;
        handle = new NativeHandle(this, "scorer that was to " + doing, evaluation::close);
    }

    /**
     * A scorer of a candidate.
     *
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when a model cannot foretell tokens or the vocabularies differ
     *     in size, {@link ErrorCode#OUT_OF_MEMORY} when there is no memory for such a context
     */
    public static Scorer open(Model candidate, Optional<Model> base, ScorerOptions options) {
        String doing = "evaluate " + candidate.name()
                + base.map(model -> " against " + model.name()).orElse("");
        List<Lease> leases = new ArrayList<>();
        try {
            NativeModel weights = take(candidate, leases);
            @Nullable NativeModel other = base.isPresent() ? take(base.get(), leases) : null;
            NativeEvaluation evaluation = NativeEvaluation.open(weights, other, options, doing);
            evaluation.onClose(() -> leases.forEach(Lease::close));
            return new Scorer(evaluation, options, candidate.embeddingLength(), doing);
        } catch (RuntimeException | Error e) {
            leases.forEach(Lease::close);
            throw e;
        }
    }

    private static NativeModel take(Model model, List<Lease> leases) {
        ModelAccess access = ModelAccess.get();
        leases.add(access.lease(model));
        access.requireUnchanged(model);
        NativeModel weights = access.weights(model);
        if (weights.info().encoder()) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    model.name()
                            + " reads a text as a whole and foretells no token; evaluate a model that writes text");
        }
        return weights;
    }

    static void requireDecoder(Model model, NativeModel weights) {
        if (weights.info().encoder()) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    model.name()
                            + " reads a text as a whole and foretells no token; evaluate a model that writes text");
        }
    }

    /** Chunks that a step takes at once. */
    public int chunksPerStep() {
        return evaluation.chunks();
    }

    /** Tokens of a chunk that are scored. */
    public int scoredPerChunk() {
        return evaluation.scored();
    }

    /** Bytes of a token's row of the base in a file. */
    public long rowBytes(RowsForm form) {
        return evaluation.rowBytes(form);
    }

    /**
     * Takes the base's rows out of a file, where there is no base model. Of {@link RowsForm#STORED} rows only what is called
     * stored is known besides the candidate's own.
     *
     * @param offset of the first row of the text
     */
    public void readBase(RowsForm form, Path file, long offset) {
        evaluation.readBase(form, file, offset, doing);
    }

    /** Writes the base's rows, or without a base the candidate's, into a file that is there; it is closed with this. */
    public void writeBase(RowsForm form, Path file, long offset) {
        evaluation.writeBase(form, file, offset, doing);
    }

    /**
     * Scores chunks. Blocks; an interrupt cancels.
     *
     * @param firstChunk the number of the first of them in the text, for messages
     * @param chunks 1 to {@link #chunksPerStep}
     * @param tokens [chunks][contextTokens]
     * @return the scores of [chunks][{@link #scoredPerChunk}] tokens
     * @throws ShearlingException {@link ErrorCode#CANCELLED} after an interrupt, {@link ErrorCode#NATIVE} when a model computes
     *     what is no number
     */
    public TokenScores step(int firstChunk, int chunks, int[] tokens) {
        return step(chunks, tokens, scores -> evaluation.step(firstChunk, chunks, tokens, scores, doing));
    }

    /**
     * Scores chunks by a candidate that is the last layers of a model. Else as {@link #step(int, int, int[])}; there is no base.
     *
     * @param states what goes into the first of these layers, in the place of the tokens' embeddings:
     *     [chunks][contextTokens][width]
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED}, also, when a token has several positions
     */
    public TokenScores step(int firstChunk, int chunks, int[] tokens, float[] states) {
        if (states.length != tokens.length * width) {
            throw new IllegalArgumentException(
                    states.length + " floats are not the states of " + tokens.length + " tokens of width " + width);
        }
        return step(chunks, tokens, scores -> evaluation.step(firstChunk, chunks, tokens, states, scores, doing));
    }

    /** Computes scores; false when cancelled. */
    private interface Step {
        boolean fill(double[] scores);
    }

    private TokenScores step(int chunks, int[] tokens, Step step) {
        if (tokens.length != chunks * options.contextTokens()) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens are not " + chunks + " chunks of " + options.contextTokens());
        }
        try (Lease lease = handle.lease()) {
            double[] scores = new double[chunks * scoredPerChunk() * NativeEvaluation.COLUMNS];
            boolean done = Listening.run(() -> step.fill(scores), evaluation::cancel, evaluation::cancelClear, doing);
            if (!done) {
                throw new ShearlingException(ErrorCode.CANCELLED, "to " + doing + " was interrupted");
            }
            return new TokenScores(scores);
        }
    }

    /** Frees the contexts. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
