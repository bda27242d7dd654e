package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.cli.BudgetChoice.FileSize;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetChoiceTest {
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
        assertThat(new FileSize().convert(text)).isEqualTo(bytes);
    }

    @Test
    void types_withoutAPlace_lieBesideTheOutput() {
        BudgetChoice choice = new BudgetChoice();
        assertThat(choice.types(Path.of("out/small.gguf"))).isEqualTo(Path.of("out/small.types.txt"));
        assertThat(choice.types(Path.of("small"))).isEqualTo(Path.of("small.types.txt"));
    }
}
