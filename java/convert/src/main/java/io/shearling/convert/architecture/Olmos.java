package io.shearling.convert.architecture;

import java.util.List;

/** AllenAI's OLMo. */
final class Olmos {
    static final List<Architecture> ALL = List.of(Architecture.named("olmo2")
            .models("Olmo2ForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 2048)
            .derived("num_key_value_heads", DecoderKeys::heads)
            .keys(DecoderKeys.COMMON)
            .tensors("""
                            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm
                            """ + DecoderTensors.BLOCKS)
            .build());

    private Olmos() {}
}
