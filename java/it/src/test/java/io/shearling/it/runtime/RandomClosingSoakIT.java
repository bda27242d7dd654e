package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.it.runtime.RandomClosing.Round;
import io.shearling.it.runtime.RandomClosing.Work;
import io.shearling.testkit.NativeLeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The promise of a quarter of a second, on a machine that has nothing else to do. */
@ExtendWith(NativeLeakCheck.class)
class RandomClosingSoakIT {
    private static final int ROUNDS = 1000;
    private static final Duration PROMISE = Duration.ofMillis(250);

    @Test
    void close_atAThousandMomentsOfTheDefaultModel_endsInTime() {
        RandomClosing closing = new RandomClosing(DefaultModel.path(), ROUNDS, 250_000);
        List<Round> rounds = Stream.generate(closing::round).limit(ROUNDS).toList();
        for (Work work : Work.values()) {
            tell(rounds, work);
        }
        assertThat(rounds)
                .allSatisfy(round -> assertThat(Duration.ofNanos(round.nanos()))
                        .as(round.work().name())
                        .isLessThan(PROMISE));
    }

    private static void tell(List<Round> rounds, Work work) {
        long[] nanos = rounds.stream()
                .filter(round -> round.work() == work)
                .mapToLong(Round::nanos)
                .sorted()
                .toArray();
        System.out.printf(
                "%-10s %4d closed, ms: median %.1f, p99 %.1f, most %.1f%n",
                work,
                nanos.length,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6);
    }
}
