package io.shearling.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Takes rounds of two sides in turn until the interval of their ratio is narrow enough. */
final class PairedTrial {
    private final Measure measure;
    private final StopRule rule;
    private final BenchListener listener;

    PairedTrial(Measure measure, StopRule rule, BenchListener listener) {
        this.measure = measure;
        this.rule = rule;
        this.listener = listener;
    }

    /** One side of a comparison. */
    interface Side {
        /** Does the work once; how long the timed part took. */
        long nanos();
    }

    /**
     * Warms both sides up with one round that does not count, then measures. Who begins changes from round to round, so
     * that a machine that grows slower or faster meanwhile favours neither.
     */
    Comparison run(Side java, @Nullable Side reference) {
        java.nanos();
        if (reference != null) {
            reference.nanos();
        }
        List<Round> rounds = new ArrayList<>();
        while (!rule.enough(measure, rounds)) {
            rounds.add(round(java, reference, rounds.size() % 2 == 0));
            listener.round(new Comparison(measure, rounds));
        }
        return new Comparison(measure, rounds);
    }

    private static Round round(Side java, @Nullable Side reference, boolean javaFirst) {
        if (reference == null) {
            return new Round(java.nanos(), OptionalLong.empty());
        }
        if (javaFirst) {
            long mine = java.nanos();
            return new Round(mine, OptionalLong.of(reference.nanos()));
        }
        long theirs = reference.nanos();
        return new Round(java.nanos(), OptionalLong.of(theirs));
    }
}
