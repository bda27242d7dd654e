package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "90MB,90000000",
        "90mb,90000000",
        "90M,90000000",
        "90MiB,94371840",
        "1.5GB,1500000000",
        "1.5GiB,1610612736",
        "0.5TB,500000000000",
        "105454144,105454144",
        "105454144B,105454144",
        "400K,400000",
        "0.9kB,900"
    })
    void convert_size_isInBytes(String text, long bytes) {
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "0MB", "-1", "1.5", "1.5B", "5iB", "9MX", "1234567890123", "1e9", "KB", "0.0000001KB"})
    void convert_noSize_isRefused(String text) {
        assertThatThrownBy(() -> new ByteSize().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("must be a number from 1, of bytes or with KB");
    }
}
