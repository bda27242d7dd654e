package io.shearling.convert.architecture;

import java.util.List;

/** Qwen, dense and of experts. */
final class Qwens {
    static final List<Architecture> ALL = List.of(
            Architecture.named("qwen2")
                    .models("Qwen2ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(DecoderKeys.COMMON, new PoolingKey())
                    .tensors(DecoderTensors.BLOCKS)
                    .build(),
            Architecture.named("qwen3")
                    .models("Qwen3ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("head_dim", 128)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(DecoderKeys.COMMON, new PoolingKey())
                    .tensors(DecoderTensors.BLOCKS)
                    .build(),
            Architecture.named("qwen2moe")
                    .models("Qwen2MoeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 16)
                    .byDefault("max_position_embeddings", 32_768)
                    .byDefault("num_experts", 60)
                    .byDefault("num_experts_per_tok", 4)
                    .byDefault("moe_intermediate_size", 1408)
                    .byDefault("shared_expert_intermediate_size", 5632)
                    .keys(
                            DecoderKeys.COMMON,
                            KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size"),
                            KeyRule.u32("expert_shared_feed_forward_length", "shared_expert_intermediate_size"))
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", DecoderTensors.EXPERT_PARTS)
                    .tensors(DecoderTensors.BLOCKS + DecoderTensors.EXPERTS)
                    .build(),
            Architecture.named("qwen3moe")
                    .models("Qwen3MoeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 4)
                    .byDefault("max_position_embeddings", 32_768)
                    .byDefault("num_experts", 128)
                    .byDefault("num_experts_per_tok", 8)
                    .byDefault("moe_intermediate_size", 768)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size"))
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", DecoderTensors.EXPERT_PARTS)
                    .tensors(DecoderTensors.BLOCKS + DecoderTensors.EXPERTS)
                    .build());

    private Qwens() {}
}
