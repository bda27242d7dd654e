package io.shearling.convert.general;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {
    /** The expectations are gguf-py's for these names and numbers of parameters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Mistral|0|Mistral|-|-|-|-|-",
                "Mixtral-8x7B-Instruct-v0.1|0|Mixtral 8x7B Instruct v0.1|-|Mixtral|Instruct|v0.1|8x7B",
                "NousResearch/Meta-Llama-3-8B|0|Meta Llama 3 8B|NousResearch|Meta-Llama-3|-|-|8B",
                "Qwen1.5-MoE-A2.7B-Chat|0|Qwen1.5 MoE A2.7B Chat|-|Qwen1.5-MoE|Chat|-|A2.7B",
                "llama-7b-hf|0|Llama 7b Hf|-|llama|hf|-|7B",
                "dolly-v2-12b|0|Dolly v2 12b|-|dolly-v2|-|-|12B",
                "bloom-7b1-petals|0|Bloom 7b1 Petals|-|bloom|petals|-|7.1B",
                "SmolLM2-135M-Instruct|134515008|SmolLM2 135M Instruct|-|SmolLM2|Instruct|-|135M",
                "Phi-3-mini-4k-instruct|3821079552|Phi 3 Mini 4k Instruct|-|Phi-3|4k-instruct|-|mini",
                "TinyLlama-1.1B-Chat-v1.0|1100048384|TinyLlama 1.1B Chat v1.0|-|TinyLlama|Chat|v1.0|1.1B"
            })
    void of_knownNames_readsTheirParts(
            String id,
            long parameters,
            String name,
            String organization,
            String base,
            String finetune,
            String version,
            String size) {
        ModelName read = ModelName.of(id, parameters);
        assertThat(read.name()).isEqualTo(name);
        assertThat(read.organization()).isEqualTo(Optional.ofNullable(organization));
        assertThat(read.base()).isEqualTo(Optional.ofNullable(base));
        assertThat(read.finetune()).isEqualTo(Optional.ofNullable(finetune));
        assertThat(read.version()).isEqualTo(Optional.ofNullable(version));
        assertThat(read.size()).isEqualTo(Optional.ofNullable(size));
    }
}
