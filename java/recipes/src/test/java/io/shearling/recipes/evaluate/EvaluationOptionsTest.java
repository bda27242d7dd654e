package io.shearling.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EvaluationOptionsTest {
    @Test
    void options_changedOneByOne_keepTheOthers() {
        EvaluationOptions options = EvaluationOptions.DEFAULT
                .withContextTokens(64)
                .withChunks(3)
                .withThreads(2)
                .withEnough(0.05)
                .withStored(true);
        assertThat(options).isEqualTo(new EvaluationOptions(64, 3, 2, 0.05, true, false));
    }

    @Test
    void options_outOfRange_areRefused() {
        EvaluationOptions options = EvaluationOptions.DEFAULT;
        assertThatThrownBy(() -> options.withContextTokens(7)).hasMessageContaining("contextTokens is 7");
        assertThatThrownBy(() -> options.withChunks(-1)).hasMessageContaining("chunks is -1");
        assertThatThrownBy(() -> options.withThreads(513)).hasMessageContaining("threads is 513");
        assertThatThrownBy(() -> options.withEnough(1)).hasMessageContaining("enough is 1.0");
        assertThatThrownBy(() -> options.withEnough(Double.NaN)).hasMessageContaining("enough is NaN");
    }
}
