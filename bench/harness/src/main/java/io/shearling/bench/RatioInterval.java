package io.shearling.bench;

import java.util.List;
import java.util.Optional;

/**
 * A ratio of pairs with its 95 % interval: the geometric mean, and Student's t over the logarithms.
 *
 * @param middle the geometric mean
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record RatioInterval(double middle, double low, double high) {

    /**
     * The interval of these ratios; nothing with fewer than two of them.
     *
     * @throws IllegalArgumentException when a ratio is not a finite number above 0
     */
    public static Optional<RatioInterval> of(List<Double> ratios) {
        int n = ratios.size();
        if (n < 2) {
            return Optional.empty();
        }
        double sum = 0;
        for (double ratio : ratios) {
            if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A ratio of times is " + ratio + ", which no measurement gives.");
            }
            sum += Math.log(ratio);
        }
        double mean = sum / n;
        double squares = 0;
        for (double ratio : ratios) {
            double deviation = Math.log(ratio) - mean;
            squares += deviation * deviation;
        }
        double half = StudentT.quantile975(n - 1) * Math.sqrt(squares / (n - 1) / n);
        return Optional.of(new RatioInterval(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half)));
    }

    /** Whether both ends lie within this share of the middle: 0.02 for ± 2 %. */
    public boolean within(double tolerance) {
        return high / middle <= 1 + tolerance && middle / low <= 1 + tolerance;
    }
}
