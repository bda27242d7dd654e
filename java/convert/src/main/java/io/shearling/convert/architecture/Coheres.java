package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Cohere's Command. */
final class Coheres {
    static final List<Architecture> ALL = List.of(Architecture.named("cohere2")
            .models("Cohere2ForCausalLM")
            .byDefault("layer_norm_eps", 1e-5)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 8192)
            .byDefault("logit_scale", 0.0625)
            .derived("num_key_value_heads", DecoderKeys::heads)
            .derived("head_dim", DecoderKeys::headLength)
            .unlessNamed("sliding_window", new JsonValue.Int(4096))
            .keys(
                    DecoderKeys.COMMON,
                    KeyRule.f32("logit_scale", "logit_scale"),
                    KeyRule.u32("attention.sliding_window", "sliding_window"),
                    KeyRule.u32("vocab_size", "vocab_size"),
                    Coheres::ropeLength,
                    (config, keys) -> keys.text("rope.scaling.type", "none"))
            // llama.cpp has no biases here, and published models have none but zeros.
            .tensors("""
                    model.norm.bias                                 -       zeros
                    model.layers.{b}.{p}.bias                       -       zeros
                    model.layers.{b}.self_attn.{p}.bias             -       zeros
                    model.layers.{b}.mlp.{p}.bias                   -       zeros
                    """ + DecoderTensors.BLOCKS)
            .build());

    private Coheres() {}

    private static void ropeLength(ModelConfig config, Keys keys) {
        int length = config.count("hidden_size") / config.count("num_attention_heads");
        keys.u32("rope.dimension_count", (long) (config.number("rotary_pct").orElse(1.0) * length));
    }
}
