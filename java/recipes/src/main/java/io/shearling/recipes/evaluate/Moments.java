package io.shearling.recipes.evaluate;

/** The sums that a mean and its standard error are made of. */
final class Moments {
    /** Fewer values have no error worth telling: llama-perplexity's rule. */
    private static final int ENOUGH = 10;

    private double sum;
    private double squares;
    private long count;

    void add(double value, double square) {
        sum += value;
        squares += square;
        count++;
    }

    double mean() {
        return count == 0 ? 0 : sum / count;
    }

    long count() {
        return count;
    }

    Estimate estimate() {
        double mean = mean();
        double variance = count == 0 ? 0 : squares / count - mean * mean;
        return new Estimate(mean, variance > 0 && count > ENOUGH ? Math.sqrt(variance / (count - 1)) : 0);
    }
}
