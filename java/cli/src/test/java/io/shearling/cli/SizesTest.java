package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1500, 1.5 kB",
        "98362432, 98.4 MB",
        "2150000000, 2150.0 MB",
        "24000000000, 24.0 GB"
    })
    void bytes_anySize_hasADecimalUnit(long bytes, String expected) {
        assertThat(Sizes.bytes(bytes)).isEqualTo(expected);
    }
}
