package io.shearling.recipes.budget;

import io.shearling.recipes.evaluate.Estimate;

/**
 * The divergence of a model over a text.
 *
 * @param kl mean a token, in nats
 * @param tokens that were scored
 * @param divergences of the tokens
 */
@SuppressWarnings("ArrayRecordComponent") // compared never
record Measurement(Estimate kl, long tokens, double[] divergences) {
    /** This mean less another's over the same tokens, with the error of the difference. */
    Estimate minus(Measurement other) {
        int count = Math.min(divergences.length, other.divergences.length);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double difference = divergences[i] - other.divergences[i];
            sum += difference;
            squares += difference * difference;
        }
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean);
        return new Estimate(mean, count > 1 ? Math.sqrt(variance / (count - 1)) : 0);
    }
}
