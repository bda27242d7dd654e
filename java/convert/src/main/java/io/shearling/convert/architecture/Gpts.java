package io.shearling.convert.architecture;

import io.shearling.formats.json.JsonValue;
import java.util.List;

/** GPT-2, GPT-NeoX and StarCoder 2. */
final class Gpts {
    /** GPT-2's own names; saved by transformers, all have a prefix. */
    private static final String GPT2 = """
            wte                                             token_embd
            wpe                                             position_embd
            ln_f                                            output_norm
            h.{b}.ln_1                                      blk.{b}.attn_norm
            h.{b}.attn.c_attn                               blk.{b}.attn_qkv        transpose
            h.{b}.attn.c_proj                               blk.{b}.attn_output     transpose
            h.{b}.attn.bias                                 -
            h.{b}.attn.masked_bias                          -
            h.{b}.ln_2                                      blk.{b}.ffn_norm
            h.{b}.mlp.c_fc                                  blk.{b}.ffn_up          transpose
            h.{b}.mlp.c_proj                                blk.{b}.ffn_down        transpose
            """;

    static final List<Architecture> ALL = List.of(
            Architecture.named("gpt2")
                    .models("GPT2LMHeadModel")
                    .byDefault("n_positions", 1024)
                    .byDefault("layer_norm_epsilon", 1e-5)
                    .keys(
                            (config, keys) -> keys.u32("block_count", config.blockCount()),
                            KeyRule.u32("context_length", "n_ctx", "n_positions"),
                            KeyRule.u32("embedding_length", "n_embd"),
                            (config, keys) -> keys.u32("feed_forward_length", 4L * config.count("n_embd")),
                            KeyRule.u32("attention.head_count", "n_head"),
                            KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_epsilon"),
                            (config, keys) -> keys.fileType())
                    .tensors(GPT2)
                    .tensors(GPT2.replaceAll("(?m)^", "transformer."))
                    .tensors("lm_head output")
                    .build(),
            Architecture.named("gptneox")
                    .models("GPTNeoXForCausalLM")
                    .byDefault("max_position_embeddings", 2048)
                    .byDefault("layer_norm_eps", 1e-5)
                    .byDefault("rotary_pct", 0.25)
                    .replaced("partial_rotary_factor", config -> new JsonValue.Real(config.positive("rotary_pct")))
                    .byDefault("rotary_emb_base", 10_000.0)
                    .derived("use_parallel_residual", config -> new JsonValue.Bool(true))
                    .keys(
                            KeyRule.u32("context_length", "max_position_embeddings"),
                            KeyRule.u32("embedding_length", "hidden_size"),
                            (config, keys) -> keys.u32("block_count", config.blockCount()),
                            KeyRule.u32("feed_forward_length", "intermediate_size"),
                            DecoderKeys::partialRopeLength,
                            KeyRule.u32("attention.head_count", "num_attention_heads"),
                            (config, keys) -> keys.bool("use_parallel_residual", config.flag("use_parallel_residual")),
                            KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_eps"))
                    .repairs(
                            (config, keys) -> RopeParameters.of(config)
                                    .number("rope_theta")
                                    .ifPresent(base -> keys.f32("rope.freq_base", base)),
                            (config, keys) -> keys.fileType())
                    .tensors("""
                            gpt_neox.embed_in                                       token_embd
                            gpt_neox.final_layer_norm                               output_norm
                            embed_out                                               output
                            gpt_neox.layers.{b}.input_layernorm                     blk.{b}.attn_norm
                            gpt_neox.layers.{b}.attention.query_key_value           blk.{b}.attn_qkv    qkv-apart
                            gpt_neox.layers.{b}.attention.dense                     blk.{b}.attn_output
                            gpt_neox.layers.{b}.post_attention_layernorm            blk.{b}.ffn_norm
                            gpt_neox.layers.{b}.mlp.dense_h_to_4h                   blk.{b}.ffn_up
                            gpt_neox.layers.{b}.mlp.dense_4h_to_h                   blk.{b}.ffn_down
                            """)
                    .build(),
            Architecture.named("starcoder2")
                    .models("Starcoder2ForCausalLM")
                    .byDefault("norm_epsilon", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 2)
                    .byDefault("max_position_embeddings", 4096)
                    .keys(DecoderKeys.COMMON)
                    .tensors("""
                            model.layers.{b}.mlp.c_fc                       blk.{b}.ffn_up
                            model.layers.{b}.mlp.c_proj                     blk.{b}.ffn_down
                            """ + DecoderTensors.BLOCKS)
                    .build());

    private Gpts() {}
}
