package io.shearling.recipes.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.recipes.evaluate.Estimate;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Gate GATE =
            new Gate(OptionalDouble.of(0.1), OptionalDouble.of(1.5), OptionalDouble.of(0.8), OptionalLong.of(1000));

    private static Figures figures(double kl, double ratio, double sameTop) {
        return new Figures(
                new Estimate(30, 1),
                new Estimate(20, 1),
                new Estimate(ratio, 0.1),
                new Estimate(kl, 0.01),
                new Estimate(sameTop, 0.01),
                100);
    }

    @Test
    void failures_atTheLimits_areNone() {
        assertThat(GATE.failures(figures(0.1, 1.5, 0.8), 1000)).isEmpty();
        assertThat(Gate.OPEN.failures(figures(9, 9, 0), Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void failures_beyondThem_areToldEach() {
        assertThat(GATE.failures(figures(0.2, 1.6, 0.7), 1001))
                .containsExactly(
                        "the KL divergence is 0.2000 and may be 0.1000",
                        "the ratio of perplexities is 1.600 and may be 1.500",
                        "the share of same likeliest tokens is 0.7000 and must be at least 0.8000",
                        "the file has 1001 bytes and may have 1000");
    }

    @Test
    void failures_ofNoNumber_areThere() {
        assertThat(GATE.failures(figures(Double.NaN, Double.NaN, Double.NaN), 1))
                .hasSize(3);
    }
}
