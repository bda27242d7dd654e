package io.shearling.convert.architecture;

/** The quantiles of the standard normal distribution. */
final class NormalQuantile {
    private static final int MAX_STEPS = 100;

    private NormalQuantile() {}

    /** The value that this part of the distribution lies below; every step is rounded to f32, as PyTorch does it. */
    static float of(float part) {
        float symmetric = 2 * part - 1;
        return (float) inverseErrorFunction(symmetric) * (float) Math.sqrt(2);
    }

    /** By Newton's method, which comes from the side of 0, for the error function is bent towards it. */
    private static double inverseErrorFunction(double y) {
        if (!(Math.abs(y) < 1)) {
            return y == 1 ? Double.POSITIVE_INFINITY : y == -1 ? Double.NEGATIVE_INFINITY : Double.NaN;
        }
        double x = 0;
        for (int step = 0; step < MAX_STEPS; step++) {
            x -= (errorFunction(x) - y) * Math.sqrt(Math.PI) / 2 * Math.exp(x * x);
        }
        return x;
    }

    /** Its series of positive terms (<a href="https://dlmf.nist.gov/7.6.E2">DLMF 7.6.2</a>). */
    private static double errorFunction(double x) {
        double term = x;
        double sum = 0;
        for (int n = 0; sum + term != sum; n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
