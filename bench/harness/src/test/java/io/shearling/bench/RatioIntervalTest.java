package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RatioIntervalTest {
    @Test
    void of_fourRatios_isTheIntervalComputedByHand() {
        // Logarithms ±0.1 twice: mean 0, deviation sqrt(0.04 / 3), t(3) = 3.1824, half width 0.18374.
        double up = Math.exp(0.1);
        RatioInterval interval =
                RatioInterval.of(List.of(up, 1 / up, up, 1 / up)).orElseThrow();
        assertThat(interval.middle()).isCloseTo(1, within(1e-12));
        assertThat(interval.high()).isCloseTo(Math.exp(0.183737), within(1e-5));
        assertThat(interval.low()).isCloseTo(Math.exp(-0.183737), within(1e-5));
    }

    @Test
    void of_equalRatios_hasNoWidth() {
        RatioInterval interval = RatioInterval.of(List.of(0.9, 0.9, 0.9)).orElseThrow();
        assertThat(interval.low()).isCloseTo(0.9, within(1e-12));
        assertThat(interval.high()).isCloseTo(0.9, within(1e-12));
        assertThat(interval.within(1e-9)).isTrue();
    }

    @Test
    void of_oneRatio_isNothing() {
        assertThat(RatioInterval.of(List.of(1.0))).isEmpty();
    }

    @Test
    void of_impossibleRatio_isRefused() {
        assertThatThrownBy(() -> RatioInterval.of(List.of(1.0, 0.0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RatioInterval.of(List.of(1.0, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void within_widerThanTolerance_isFalse() {
        assertThat(new RatioInterval(1, 0.99, 1.01).within(0.02)).isTrue();
        assertThat(new RatioInterval(1, 0.97, 1.01).within(0.02)).isFalse();
        assertThat(new RatioInterval(1, 0.99, 1.03).within(0.02)).isFalse();
    }

    @Test
    void of_manySamples_coversTheTruthAboutNineteenTimesInTwenty() {
        Random random = new Random(20_260_101);
        int covered = 0;
        for (int i = 0; i < 2000; i++) {
            List<Double> ratios = new ArrayList<>();
            for (int j = 0; j < 7; j++) {
                ratios.add(0.95 * Math.exp(0.05 * random.nextGaussian()));
            }
            RatioInterval interval = RatioInterval.of(ratios).orElseThrow();
            covered += interval.low() <= 0.95 && 0.95 <= interval.high() ? 1 : 0;
        }
        assertThat(covered / 2000.0).isBetween(0.93, 0.97);
    }
}
