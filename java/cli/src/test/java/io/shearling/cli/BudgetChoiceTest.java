package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BudgetChoiceTest {
    @Test
    void types_withoutAPlace_lieBesideTheOutput() {
        BudgetChoice choice = new BudgetChoice();
        assertThat(choice.types(Path.of("out/small.gguf"))).isEqualTo(Path.of("out/small.types.txt"));
        assertThat(choice.types(Path.of("small"))).isEqualTo(Path.of("small.types.txt"));
    }
}
