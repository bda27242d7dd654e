package io.shearling.convert.architecture;

import io.shearling.formats.json.JsonValue;
import java.util.Collections;
import java.util.List;

/**
 * Falcon-H1: attention and Mamba 2 side by side in each block (<a href="https://arxiv.org/abs/2507.22448">paper</a>). Its many
 * factors are multiplied into the weights, since llama.cpp knows none of them.
 */
final class FalconH1 {
    private static final String TENSORS = """
            model.embed_tokens                              token_embd                  *embedding_multiplier
            model.final_layernorm                           output_norm
            lm_head                                         output                      *lm_head_multiplier
            model.layers.{b}.pre_ff_layernorm.weight        blk.{b}.ffn_norm
            model.layers.{b}.feed_forward.gate_proj         blk.{b}.ffn_gate            *mlp_multipliers.0
            model.layers.{b}.feed_forward.up_proj           blk.{b}.ffn_up
            model.layers.{b}.feed_forward.down_proj         blk.{b}.ffn_down            *mlp_multipliers.1
            model.layers.{b}.self_attn.q_proj               blk.{b}.attn_q              *attention_in_multiplier
            model.layers.{b}.self_attn.k_proj               blk.{b}.attn_k              *key_multiplier *attention_in_multiplier
            model.layers.{b}.self_attn.v_proj               blk.{b}.attn_v              *attention_in_multiplier
            model.layers.{b}.self_attn.o_proj               blk.{b}.attn_output         *attention_out_multiplier
            model.layers.{b}.mamba.in_proj                  blk.{b}.ssm_in              *ssm_in_multiplier *parts
            model.layers.{b}.mamba.out_proj                 blk.{b}.ssm_out             *ssm_out_multiplier
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm
            """;

    static final List<Architecture> ALL = List.of(Architecture.named("falcon-h1")
            .models("FalconH1ForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 100_000.0)
            .byDefault("num_key_value_heads", 8)
            .byDefault("max_position_embeddings", 8192)
            .byDefault("intermediate_size", 14_336)
            .derived("head_dim", DecoderKeys::headLength)
            .byDefault("mamba_d_ssm", 1024)
            .byDefault("mamba_d_head", 8)
            .byDefault("mamba_d_state", 256)
            .byDefault("mamba_d_conv", 4)
            .byDefault("mamba_n_groups", 1)
            .byDefault("embedding_multiplier", 1.0)
            .byDefault("lm_head_multiplier", 1.0)
            .byDefault("attention_in_multiplier", 1.0)
            .byDefault("attention_out_multiplier", 1.0)
            .byDefault("key_multiplier", 1.0)
            .byDefault("ssm_in_multiplier", 1.0)
            .byDefault("ssm_out_multiplier", 1.0)
            .derived("mlp_multipliers", config -> ones(2))
            .derived("ssm_multipliers", config -> ones(5))
            .keys(
                    Mambas::requireSilu,
                    Mambas::mamba2,
                    KeyRule.u32("vocab_size", "vocab_size"),
                    KeyRule.u32("context_length", "max_position_embeddings"),
                    KeyRule.u32("feed_forward_length", "intermediate_size"),
                    KeyRule.u32("attention.head_count", "num_attention_heads"),
                    KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                    KeyRule.u32("attention.key_length", "head_dim"),
                    KeyRule.u32("attention.value_length", "head_dim"),
                    (config, keys) -> RopeParameters.of(config)
                            .number("rope_theta")
                            .ifPresent(base -> keys.f32("rope.freq_base", base)))
            .tensors(TENSORS + Mambas.MIXER)
            .build());

    private FalconH1() {}

    private static JsonValue ones(int count) {
        return new JsonValue.Items(Collections.nCopies(count, new JsonValue.Real(1)));
    }
}
