package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedTrialTest {
    private static final Measure SPEED = Measure.speed("tg100", "a test", 100);
    private static final Measure TIME = Measure.time("load", "a test");

    private final List<Comparison> heard = new ArrayList<>();
    private final BenchListener listener = new BenchListener() {
        @Override
        public void round(Comparison soFar) {
            heard.add(soFar);
        }
    };

    @Test
    void run_steadySides_endsAfterTheLeastRounds() {
        Comparison comparison =
                new PairedTrial(SPEED, StopRule.DEFAULT, listener).run(() -> 1_100_000_000, () -> 1_000_000_000);
        assertThat(comparison.rounds()).hasSize(5);
        assertThat(comparison.ratio().orElseThrow().middle()).isCloseTo(1 / 1.1, within(1e-9));
        assertThat(comparison.javaValue()).isCloseTo(100 / 1.1, within(1e-6));
        assertThat(comparison.referenceValue().orElseThrow()).isCloseTo(100, within(1e-6));
        assertThat(heard).hasSize(5);
    }

    @Test
    void run_noisySides_endsAtTheMostRounds() {
        Random random = new Random(20_260_101);
        Comparison comparison = new PairedTrial(SPEED, StopRule.DEFAULT, listener)
                .run(() -> 1_000_000 + random.nextInt(5_000_000), () -> 1_000_000 + random.nextInt(5_000_000));
        assertThat(comparison.rounds()).hasSize(30);
    }

    @Test
    void run_slightNoise_endsWhenTheIntervalIsNarrow() {
        Random random = new Random(20_260_101);
        Comparison comparison = new PairedTrial(SPEED, StopRule.DEFAULT, listener)
                .run(() -> (long) (1e9 * Math.exp(0.03 * random.nextGaussian())), () -> 1_000_000_000);
        assertThat(comparison.rounds().size()).isBetween(6, 29);
        assertThat(comparison.ratio().orElseThrow().within(0.02)).isTrue();
    }

    @Test
    void run_sidesTakeTurns_beginningAlternately() {
        StringBuilder order = new StringBuilder();
        new PairedTrial(TIME, new StopRule(2, 4, 1e-9), BenchListener.NONE)
                .run(
                        () -> {
                            order.append('J');
                            return 10L + order.length();
                        },
                        () -> {
                            order.append('r');
                            return 10;
                        });
        assertThat(order).hasToString("Jr" + "Jr" + "rJ" + "Jr" + "rJ");
    }

    @Test
    void run_withoutReference_takesTheLeastRoundsAndNoRatio() {
        Comparison comparison = new PairedTrial(TIME, StopRule.DEFAULT, listener).run(() -> 3_000_000, null);
        assertThat(comparison.rounds()).hasSize(5);
        assertThat(comparison.ratio()).isEmpty();
        assertThat(comparison.referenceValue()).isEmpty();
        assertThat(comparison.javaValue()).isCloseTo(3, within(1e-9));
    }

    @Test
    void run_ofATime_hasTheRatioOfTimes() {
        Comparison comparison = new PairedTrial(TIME, StopRule.DEFAULT, listener).run(() -> 120, () -> 100);
        assertThat(comparison.ratio().orElseThrow().middle()).isCloseTo(1.2, within(1e-9));
    }

    @Test
    void run_sideWithoutTime_isRefused() {
        assertThatThrownBy(() -> new PairedTrial(TIME, StopRule.DEFAULT, listener).run(() -> 0, () -> 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withMaxRounds_fewerThanTheLeast_lowersBoth() {
        assertThat(StopRule.DEFAULT.withMaxRounds(3)).isEqualTo(new StopRule(3, 3, 0.02));
        assertThat(StopRule.DEFAULT.withMaxRounds(8)).isEqualTo(new StopRule(5, 8, 0.02));
        assertThatThrownBy(() -> StopRule.DEFAULT.withMaxRounds(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
