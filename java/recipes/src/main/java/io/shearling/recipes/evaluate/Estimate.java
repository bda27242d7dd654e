package io.shearling.recipes.evaluate;

/**
 * A figure and how sure it is.
 *
 * @param value the mean, or what is made of means
 * @param error its standard error, in the same unit; 0 where there are too few values to tell
 */
public record Estimate(double value, double error) {
    /** The error as a share of the value; infinite where the value is 0. */
    public double relativeError() {
        return value == 0 ? Double.POSITIVE_INFINITY : error / Math.abs(value);
    }

    Estimate times(double factor) {
        return new Estimate(value * factor, error * factor);
    }

    /** e to the power of this. */
    Estimate exp() {
        double power = Math.exp(value);
        return new Estimate(power, power * error);
    }
}
