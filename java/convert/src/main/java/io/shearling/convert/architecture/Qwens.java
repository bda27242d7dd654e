package io.shearling.convert.architecture;

import java.util.List;

/** Qwen, dense and of experts. */
final class Qwens {
    private static final String TIED = "tie_word_embeddings";

    /** A reranker whose head is the embeddings. */
    private static final String TIED_HEAD = """
            model.embed_tokens                              cls.output                  answers
            and                                             token_embd
            """;

    static final List<Architecture> ALL = List.of(
            Architecture.named("qwen2")
                    .models("Qwen2ForCausalLM", "Qwen2Model")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(DecoderKeys.COMMON, new PoolingKey())
                    .tensors(DecoderTensors.BLOCKS + DecoderTensors.BARE)
                    .build(),
            reranker()
                    .when(config -> Rerankers.is(config) && config.flag(TIED))
                    .tensors(TIED_HEAD + TIED_HEAD.replace("model.", "") + DecoderTensors.BLOCKS + DecoderTensors.BARE)
                    .build(),
            reranker()
                    .when(config -> Rerankers.is(config) && !config.flag(TIED))
                    .tensors("lm_head cls.output answers\n" + DecoderTensors.BLOCKS + DecoderTensors.BARE)
                    .build(),
            qwen3().when(config -> !Rerankers.is(config))
                    .tensors(DecoderTensors.BLOCKS + DecoderTensors.BARE)
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

    private static ArchitectureBuilder qwen3() {
        return Architecture.named("qwen3")
                .models("Qwen3ForCausalLM", "Qwen3Model")
                .byDefault("rms_norm_eps", 1e-6)
                .byDefault("rope_theta", 10_000.0)
                .byDefault("num_key_value_heads", 32)
                .byDefault("head_dim", 128)
                .byDefault("max_position_embeddings", 32_768)
                .keys(DecoderKeys.COMMON, new PoolingKey());
    }

    private static ArchitectureBuilder reranker() {
        return qwen3().keys(Rerankers::keys);
    }
}
