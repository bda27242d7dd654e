package io.shearling.convert.architecture;

import io.shearling.convert.architecture.Architecture.TokenizerKind;
import io.shearling.formats.gguf.GgufBool;
import java.util.List;

/** Google's Gemma. */
final class Gemmas {
    /** The norms of Gemma 2 and 3 around each part of a block. */
    private static final String NORMS = """
            model.embed_tokens                              token_embd
            model.norm                                      output_norm             +1
            lm_head                                         -
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm       +1
            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm     +1
            model.layers.{b}.pre_feedforward_layernorm      blk.{b}.ffn_norm        +1
            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm   +1
            model.layers.{b}.self_attn.q_norm               blk.{b}.attn_q_norm     +1
            model.layers.{b}.self_attn.k_norm               blk.{b}.attn_k_norm     +1
            """;

    static final List<Architecture> ALL = List.of(Architecture.named("gemma2")
            .models("Gemma2ForCausalLM")
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("num_key_value_heads", 4)
            .byDefault("head_dim", 256)
            .byDefault("max_position_embeddings", 8192)
            .byDefault("sliding_window", 4096)
            .byDefault("attn_logit_softcapping", 50.0)
            .byDefault("final_logit_softcapping", 30.0)
            .keys(
                    KeyRule.u32("context_length", "max_position_embeddings"),
                    KeyRule.u32("embedding_length", "hidden_size"),
                    (config, keys) -> keys.u32("block_count", config.blockCount()),
                    KeyRule.u32("feed_forward_length", "intermediate_size"),
                    KeyRule.u32("attention.head_count", "num_attention_heads"),
                    KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                    KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
                    KeyRule.u32("attention.key_length", "head_dim"),
                    KeyRule.u32("attention.value_length", "head_dim"),
                    (config, keys) -> keys.fileType(),
                    KeyRule.f32("attn_logit_softcapping", "attn_logit_softcapping"),
                    KeyRule.f32("final_logit_softcapping", "final_logit_softcapping"),
                    KeyRule.u32("attention.sliding_window", "sliding_window"))
            .tensors(NORMS + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.SENTENCE_PIECE)
            .late((config, metadata) -> metadata.put("tokenizer.ggml.add_space_prefix", new GgufBool(false)))
            .build());

    private Gemmas() {}
}
