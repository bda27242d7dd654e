package io.shearling.convert.general;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeLabelTest {
    /** The expectations are gguf-py's. */
    @ParameterizedTest
    @CsvSource({
        "134515008, 0, 135M",
        "1235814400, 0, 1.2B",
        "8030261248, 0, 8.0B",
        "94464, 0, 94K",
        "9500, 0, 10K",
        "450, 0, 0.45K",
        "70553706496, 0, 71B"
    })
    void of_counts_isAsGgufPyWritesIt(long total, long experts, String label) {
        assertThat(SizeLabel.of(new ParameterCount(total, total, 0, experts))).isEqualTo(label);
    }

    @Test
    void of_experts_countsOneOfThem() {
        assertThat(SizeLabel.of(new ParameterCount(46_702_792_704L, 1_605_640_192L, 5_637_144_064L, 8)))
                .isEqualTo("8x7.2B");
    }
}
