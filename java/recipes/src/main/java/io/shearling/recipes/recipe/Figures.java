package io.shearling.recipes.recipe;

import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.EvaluationReport;

/**
 * How a model stands to the one that it was made from, over the text of the evaluation. Errors are standard errors, paired.
 *
 * @param perplexity of the model
 * @param basePerplexity of the original
 * @param ratio the first divided by the second
 * @param kl mean Kullback-Leibler divergence from the original, nats a token
 * @param sameTop share of tokens where both find the same one likeliest
 * @param tokens that were scored
 */
public record Figures(
        Estimate perplexity, Estimate basePerplexity, Estimate ratio, Estimate kl, Estimate sameTop, long tokens) {
    /** Those of an evaluation beside a base. */
    public static Figures of(EvaluationReport report) {
        Comparison comparison = report.comparison().orElseThrow();
        return new Figures(
                comparison.perplexity(),
                comparison.basePerplexity(),
                comparison.ratio(),
                comparison.kl(),
                comparison.sameTop(),
                report.tokens());
    }
}
