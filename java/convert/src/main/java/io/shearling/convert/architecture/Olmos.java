package io.shearling.convert.architecture;

import io.shearling.formats.json.JsonValue;
import java.util.List;

/** AllenAI's OLMo. */
final class Olmos {
    static final List<Architecture> ALL = List.of(
            described("Olmo2ForCausalLM").build(),
            described("Olmo3ForCausalLM")
                    .unlessNamed("sliding_window", new JsonValue.Int(4096))
                    .derived("layer_types", config -> LayerTypes.everyFull(config, 4))
                    .keys(DecoderKeys::slidingWindow)
                    .build(),
            Architecture.named("olmoe")
                    .models("OlmoeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 4096)
                    .derived("num_key_value_heads", DecoderKeys::heads)
                    .byDefault("num_experts", 64)
                    .byDefault("num_experts_per_tok", 8)
                    // The published models have this epsilon whatever their configuration says.
                    .keys(DecoderKeys.COMMON, (config, keys) -> keys.f32("attention.layer_norm_rms_epsilon", 1e-5))
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", DecoderTensors.EXPERT_PARTS)
                    .tensors(DecoderTensors.BLOCKS + DecoderTensors.EXPERTS)
                    .build());

    private Olmos() {}

    private static ArchitectureBuilder described(String model) {
        return Architecture.named("olmo2")
                .models(model)
                .byDefault("rms_norm_eps", 1e-5)
                .byDefault("rope_theta", 10_000.0)
                .byDefault("max_position_embeddings", 2048)
                .derived("num_key_value_heads", DecoderKeys::heads)
                .keys(DecoderKeys.COMMON)
                .tensors("""
                        model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                        model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm
                        """ + DecoderTensors.BLOCKS);
    }
}
