package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shearling.runtime.sampling.SamplerChain;
import org.junit.jupiter.api.Test;

class GenerationOptionsTest {
    @Test
    void toBuilder_keepsEverything() {
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(7)
                .samplers(SamplerChain.GREEDY)
                .stops("x")
                .logProbabilities(3)
                .ignoreEnd(true)
                .contextFull(ContextFullPolicy.slide(4))
                .build();
        assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    }

    @Test
    void build_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenerationOptions.builder().maxTokens(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenerationOptions.builder().stops("").build());
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> GenerationOptions.builder().logProbabilities(101).build());
        assertThatIllegalArgumentException().isThrownBy(() -> ContextFullPolicy.slide(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineOptions.builder().sequences(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineOptions.builder().contextTokens(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineOptions.builder().poll(101).build());
    }
}
