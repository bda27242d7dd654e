package io.shearling.recipes.evaluate;

/**
 * How a candidate (Q) stands to its base over the same tokens; every error is a standard error, paired where two models are
 * compared. Logarithms are natural, probabilities are shares of 1.
 *
 * @param perplexity of the candidate
 * @param basePerplexity of the base
 * @param correlation of ln PPL(Q) and ln PPL(base)
 * @param lnRatio ln (PPL(Q) / PPL(base)): what to rank by
 * @param ratio PPL(Q) / PPL(base)
 * @param difference PPL(Q) - PPL(base)
 * @param kl mean Kullback-Leibler divergence of Q from the base, a token
 * @param klDistribution the same of the tokens
 * @param deltaP mean change of the probability of the right token
 * @param deltaPDistribution the same of the tokens
 * @param rmsDeltaP root of the mean square of that change
 * @param sameTop share of tokens where both models find the same token likeliest
 * @param klBound how far {@code kl.value} can be from the exact mean at the very most: 0 for two models that run side by side
 * @param klSampling standard error of {@code kl.value} by what a compact cache has only a sample of; 0 without one
 */
public record Comparison(
        Estimate perplexity,
        Estimate basePerplexity,
        double correlation,
        Estimate lnRatio,
        Estimate ratio,
        Estimate difference,
        Estimate kl,
        Distribution klDistribution,
        Estimate deltaP,
        Distribution deltaPDistribution,
        Estimate rmsDeltaP,
        Estimate sameTop,
        double klBound,
        double klSampling) {}
