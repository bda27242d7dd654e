package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {
    @ParameterizedTest
    @CsvSource({"1, 12.7062", "4, 2.7764", "29, 2.0452", "30, 2.0423", "31, 2.0395", "60, 2.0003", "120, 1.9799"})
    void quantile975_isThatOfPublishedTables(int degreesOfFreedom, double expected) {
        assertThat(StudentT.quantile975(degreesOfFreedom)).isCloseTo(expected, within(2e-4));
    }

    @Test
    void quantile975_fallsWithDegreesOfFreedom() {
        for (int i = 2; i < 200; i++) {
            assertThat(StudentT.quantile975(i)).isLessThan(StudentT.quantile975(i - 1));
        }
    }

    @Test
    void quantile975_withoutDegreesOfFreedom_isRefused() {
        assertThatThrownBy(() -> StudentT.quantile975(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
