package io.shearling.recipes.evaluate;

import io.shearling.runtime.measure.TokenScores;
import java.util.Optional;

/** Gathers the scores of an evaluation. */
final class EvaluationSums {
    private final boolean compared;
    private final boolean stored;
    private final Moments nll = new Moments();
    private final ComparisonSums exact = new ComparisonSums(false);
    private final ComparisonSums single = new ComparisonSums(true);
    private final Moments storedBound = new Moments();

    /**
     * Sums of nothing yet.
     *
     * @param compared whether there are scores of a base
     * @param stored whether there are scores of a stored base
     */
    EvaluationSums(boolean compared, boolean stored) {
        this.compared = compared;
        this.stored = stored;
    }

    void add(TokenScores scores) {
        for (int i = 0; i < scores.count(); i++) {
            nll.add(scores.nll(i), scores.nll(i) * scores.nll(i));
            if (compared) {
                double delta = Math.exp(-scores.nll(i)) - Math.exp(-scores.baseNll(i));
                exact.add(scores.nll(i), scores.baseNll(i), scores.kl(i), delta, scores.sameTop(i));
                exact.doubt(scores.klBound(i), scores.klVariance(i));
            }
            if (stored) {
                single.add(
                        scores.storedNll(i),
                        scores.storedBaseNll(i),
                        scores.storedKl(i),
                        scores.storedDeltaP(i),
                        scores.storedSameTop(i));
                storedBound.add(scores.storedBound(i), 0);
            }
        }
    }

    /** The one that matters: the divergence, or where there is nothing to diverge from the perplexity. */
    Estimate figure() {
        return compared ? exact.klEstimate() : stored ? single.klEstimate() : perplexity();
    }

    Estimate perplexity() {
        return nll.estimate().exp();
    }

    long tokens() {
        return nll.count();
    }

    Optional<Comparison> comparison() {
        return compared ? Optional.of(exact.comparison()) : Optional.empty();
    }

    Optional<Comparison> stored() {
        return stored ? Optional.of(single.comparison()) : Optional.empty();
    }

    double storedBound() {
        return storedBound.mean();
    }
}
