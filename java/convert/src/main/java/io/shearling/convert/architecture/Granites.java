package io.shearling.convert.architecture;

import io.shearling.convert.architecture.Architecture.TokenizerKind;
import java.util.List;

/** IBM's Granite. */
final class Granites {
    static final List<Architecture> ALL = List.of(Architecture.named("granite")
            .models("GraniteForCausalLM")
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 2048)
            .derived("num_key_value_heads", DecoderKeys::heads)
            .byDefault("embedding_multiplier", 1.0)
            .byDefault("attention_multiplier", 1.0)
            .byDefault("residual_multiplier", 1.0)
            .byDefault("logits_scaling", 1.0)
            .keys(
                    DecoderKeys.COMMON,
                    KeyRule.u32("vocab_size", "vocab_size"),
                    DecoderKeys::ropeLength,
                    KeyRule.f32("attention.scale", "attention_multiplier"),
                    KeyRule.f32("embedding_scale", "embedding_multiplier"),
                    KeyRule.f32("residual_scale", "residual_multiplier"),
                    KeyRule.f32("logit_scale", "logits_scaling"))
            .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.LLAMA)
            .build());

    private Granites() {}
}
