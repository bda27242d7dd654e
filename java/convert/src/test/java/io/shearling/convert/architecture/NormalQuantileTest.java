package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what PyTorch 2.11 computes: {@code torch.distributions.Normal(0, 1).icdf}. */
class NormalQuantileTest {
    @ParameterizedTest
    @CsvSource({
        "0.95, 1.6448535919189453",
        "0.9, 1.281551480293274",
        "0.99, 2.326348304748535",
        "0.7, 0.5244004726409912",
        "0.5, 0",
        "0.3, -0.5244004726409912",
        "0.05, -1.6448535919189453",
        "0, -Infinity",
        "1, Infinity",
    })
    void of_partOfTheDistribution_isPyTorchs(float part, double expected) {
        assertThat((double) NormalQuantile.of(part)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-0.1", "1.1", "NaN"})
    void of_noPart_isNone(float part) {
        assertThat(NormalQuantile.of(part)).isNaN();
    }
}
