package io.shearling.recipes.evaluate;

import io.shearling.runtime.Model;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.Scorer;
import io.shearling.runtime.measure.ScorerOptions;
import io.shearling.runtime.measure.TokenScores;
import java.util.Arrays;
import java.util.Optional;

/**
 * Evaluates a model on a text, alone or beside the base that it was made from. Both models run over the same chunks at the same
 * time, so nothing of the base has to be stored.
 */
public final class Evaluation {
    private static final int BATCH_TOKENS = 2048;
    private static final int MICRO_BATCH_TOKENS = 512;

    /** A standard error of fewer chunks is itself too unsure to stop by. */
    private static final int LEAST_CHUNKS_TO_STOP = 4;

    private final Model candidate;
    private final Optional<Model> base;
    private final EvaluationText text;
    private final EvaluationOptions options;
    private final Moments nll = new Moments();
    private final ComparisonSums exact = new ComparisonSums(false);
    private final ComparisonSums stored = new ComparisonSums(true);
    private final Moments storedBound = new Moments();

    private Evaluation(Model candidate, Optional<Model> base, EvaluationText text, EvaluationOptions options) {
        this.candidate = candidate;
        this.base = base;
        this.text = text;
        this.options = options;
    }

    /**
     * The perplexity of a model. Blocks; an interrupt cancels.
     *
     * @throws EvaluationException when the text is too short
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when the model foretells no tokens, {@link
     *     ErrorCode#CANCELLED} after an interrupt, {@link ErrorCode#NATIVE} when it computes what is no number
     */
    public static EvaluationReport of(
            Model model, EvaluationText text, EvaluationOptions options, EvaluationListener listener) {
        return new Evaluation(model, Optional.empty(), text, options).run(listener);
    }

    /**
     * The perplexity of a candidate, and how far it is from its base.
     *
     * @throws EvaluationException when the text is too short or the vocabularies differ
     * @throws ShearlingException as {@link #of}
     */
    public static EvaluationReport against(
            Model base, Model candidate, EvaluationText text, EvaluationOptions options, EvaluationListener listener) {
        Vocabularies.requireSame(base, candidate);
        return new Evaluation(candidate, Optional.of(base), text, options).run(listener);
    }

    private EvaluationReport run(EvaluationListener listener) {
        int[] tokens = candidate.tokenizer().encode(text.text(), true, false);
        int all = chunks(tokens.length);
        ScorerOptions shape = new ScorerOptions(
                options.contextTokens(), BATCH_TOKENS, MICRO_BATCH_TOKENS, options.threads(), options.stored());
        try (Scorer scorer = Scorer.open(candidate, base, shape)) {
            int done = 0;
            while (done < all && !(done >= LEAST_CHUNKS_TO_STOP && isEnough())) {
                int count = Math.min(scorer.chunksPerStep(), all - done);
                int from = done * options.contextTokens();
                int[] step = Arrays.copyOfRange(tokens, from, from + count * options.contextTokens());
                add(scorer.step(done, count, step));
                done += count;
                listener.progress(done, all, base.isPresent() ? exact.klEstimate() : perplexity());
            }
            return report(tokens.length, done, done < all);
        }
    }

    private int chunks(int tokens) {
        int there = tokens / options.contextTokens();
        if (there < Math.max(1, options.chunks())) {
            throw new EvaluationException(
                    text.name() + " has " + tokens + " tokens of " + candidate.name() + ", which are "
                            + there + " chunks of " + options.contextTokens() + ", and " + Math.max(1, options.chunks())
                            + (options.chunks() > 0 ? " are asked for" : " is needed")
                            + "; give a longer text, or ask for fewer or shorter chunks");
        }
        return options.chunks() > 0 ? options.chunks() : there;
    }

    private void add(TokenScores scores) {
        for (int i = 0; i < scores.count(); i++) {
            nll.add(scores.nll(i), scores.nll(i) * scores.nll(i));
            if (base.isPresent()) {
                double delta = Math.exp(-scores.nll(i)) - Math.exp(-scores.baseNll(i));
                exact.add(scores.nll(i), scores.baseNll(i), scores.kl(i), scores.klBound(i), delta, scores.sameTop(i));
            }
            if (base.isPresent() && options.stored()) {
                stored.add(
                        scores.storedNll(i),
                        scores.storedBaseNll(i),
                        scores.storedKl(i),
                        0,
                        scores.storedDeltaP(i),
                        scores.storedSameTop(i));
                storedBound.add(scores.storedBound(i), 0);
            }
        }
    }

    private Estimate perplexity() {
        return nll.estimate().exp();
    }

    private boolean isEnough() {
        Estimate figure = base.isPresent() ? exact.klEstimate() : perplexity();
        return options.enough() > 0 && figure.relativeError() <= options.enough();
    }

    private EvaluationReport report(int textTokens, int chunks, boolean stoppedEarly) {
        return new EvaluationReport(
                candidate.path().toString(),
                base.map(model -> model.path().toString()),
                text.name(),
                text.sha256(),
                textTokens,
                options.contextTokens(),
                chunks,
                nll.count(),
                stoppedEarly,
                perplexity(),
                base.map(model -> exact.comparison()),
                options.stored() ? base.map(model -> stored.comparison()) : Optional.empty(),
                storedBound.mean());
    }
}
