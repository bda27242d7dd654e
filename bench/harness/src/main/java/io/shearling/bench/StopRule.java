package io.shearling.bench;

import java.util.List;

/**
 * When enough rounds have been taken.
 *
 * @param minRounds rounds that are always taken, 2 or more; all of them where there is no reference
 * @param maxRounds rounds after which it ends whatever the interval
 * @param tolerance half the width of the interval that is wanted, as a share: 0.02 for ± 2 %
 */
public record StopRule(int minRounds, int maxRounds, double tolerance) {
    /** 5 to 30 rounds, ± 2 %. */
    public static final StopRule DEFAULT = new StopRule(5, 30, 0.02);

    public StopRule {
        if (minRounds < 2 || maxRounds < minRounds) {
            throw new IllegalArgumentException("rounds are " + minRounds + " to " + maxRounds
                    + "; take 2 or more, and no fewer at most than at least");
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance is " + tolerance + "; it must be above 0");
        }
    }

    /** This rule with another greatest number of rounds, and no more than that at least. */
    public StopRule withMaxRounds(int rounds) {
        return new StopRule(Math.min(minRounds, rounds), rounds, tolerance);
    }

    boolean enough(Measure measure, List<Round> rounds) {
        if (rounds.size() < minRounds) {
            return false;
        }
        return rounds.size() >= maxRounds
                || new Comparison(measure, rounds)
                        .ratio()
                        .map(interval -> interval.within(tolerance))
                        .orElse(true);
    }
}
