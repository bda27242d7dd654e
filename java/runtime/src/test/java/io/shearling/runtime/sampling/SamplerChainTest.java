package io.shearling.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplerChainTest {
    @Test
    void new_lastStepDoesNotChoose_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SamplerChain.of(new Sampler.TopK(4)))
                .withMessageContaining("last sampler");
        assertThatIllegalArgumentException().isThrownBy(SamplerChain::of);
    }

    @Test
    void new_twoStepsChoose_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SamplerChain.of(new Sampler.Greedy(), new Sampler.Distribution(1)))
                .withMessageContaining("several");
    }

    @Test
    void usual_temperatureZero_isGreedy() {
        assertThat(SamplerChain.usual(0, 0.95f, 1)).isEqualTo(SamplerChain.GREEDY);
    }

    @Test
    void withLogitBias_standsFirst() {
        SamplerChain chain = SamplerChain.GREEDY.withLogitBias(Map.of(3, Float.NEGATIVE_INFINITY));
        assertThat(chain.samplers().get(0)).isInstanceOf(Sampler.LogitBias.class);
        assertThat(chain.samplers()).hasSize(2);
    }

    @Test
    void new_absurdParameters_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.Temperature(Float.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.Temperature(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.TopP(1.5f, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.TopK(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.Penalties(64, 0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampler.LogitBias(Map.of(1, Float.POSITIVE_INFINITY)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler.Grammar(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampler.Mirostat(1, 5, 0.1f, 1))
                .withMessage("m is 1; it must be 2 or more");
    }
}
