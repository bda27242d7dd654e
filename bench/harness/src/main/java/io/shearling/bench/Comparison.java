package io.shearling.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one measure.
 *
 * @param measure what was measured
 * @param rounds every round, in order
 */
public record Comparison(Measure measure, List<Round> rounds) {
    public Comparison {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("A comparison has at least one round.");
        }
    }

    /** The Java API's figure, in the measure's unit: the geometric mean of all rounds. */
    public double javaValue() {
        return mean(round -> measure.value(round.javaNanos()));
    }

    /** The reference's figure, when it was measured. */
    public OptionalDouble referenceValue() {
        return hasReference()
                ? OptionalDouble.of(
                        mean(round -> measure.value(round.referenceNanos().orElseThrow())))
                : OptionalDouble.empty();
    }

    /** Java ÷ reference, pair by pair; nothing without a reference or with fewer than two rounds. */
    public Optional<RatioInterval> ratio() {
        if (!hasReference()) {
            return Optional.empty();
        }
        return RatioInterval.of(rounds.stream()
                .map(round -> measure.value(round.javaNanos())
                        / measure.value(round.referenceNanos().orElseThrow()))
                .toList());
    }

    private boolean hasReference() {
        return rounds.stream().allMatch(round -> round.referenceNanos().isPresent());
    }

    private double mean(ToDoubleFunction<Round> value) {
        return Math.exp(rounds.stream()
                .mapToDouble(round -> Math.log(value.applyAsDouble(round)))
                .average()
                .orElseThrow());
    }
}
