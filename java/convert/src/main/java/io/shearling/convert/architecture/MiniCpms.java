package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import java.util.List;

/** OpenBMB's MiniCPM. transformers has no classes for them, so their configurations are taken as they are. */
final class MiniCpms {
    static final List<Architecture> ALL = List.of(
            Architecture.named("minicpm")
                    .models("MiniCPMForCausalLM")
                    .keys(DecoderKeys.COMMON, MiniCpms::scales)
                    .extra(RopeFactors::longAndShort)
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.SENTENCE_PIECE)
                    .build(),
            Architecture.named("minicpm3")
                    .models("MiniCPM3ForCausalLM")
                    .keys(
                            (config, keys) -> keys.fileType(),
                            KeyRule.u32("context_length", "max_position_embeddings"),
                            KeyRule.u32("embedding_length", "hidden_size"),
                            (config, keys) -> keys.u32("block_count", config.blockCount()),
                            KeyRule.u32("feed_forward_length", "intermediate_size"),
                            KeyRule.u32("attention.head_count", "num_attention_heads"),
                            KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                            KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
                            KeyRule.u32("vocab_size", "vocab_size"),
                            KeyRule.u32("attention.q_lora_rank", "q_lora_rank"),
                            KeyRule.u32("attention.kv_lora_rank", "kv_lora_rank"),
                            (config, keys) -> keys.u32(
                                    "attention.key_length",
                                    (long) config.count("qk_nope_head_dim") + config.count("qk_rope_head_dim")),
                            KeyRule.u32("rope.dimension_count", "qk_rope_head_dim"))
                    .extra(config -> RopeFactors.longAndShort(config, config.count("qk_rope_head_dim") / 2))
                    .tensors(DecoderTensors.BLOCKS + """
                            model.layers.{b}.self_attn.q_a_proj             blk.{b}.attn_q_a
                            model.layers.{b}.self_attn.q_a_layernorm        blk.{b}.attn_q_a_norm
                            model.layers.{b}.self_attn.q_b_proj             blk.{b}.attn_q_b
                            model.layers.{b}.self_attn.kv_a_proj_with_mqa   blk.{b}.attn_kv_a_mqa
                            model.layers.{b}.self_attn.kv_a_layernorm       blk.{b}.attn_kv_a_norm
                            model.layers.{b}.self_attn.kv_b_proj            blk.{b}.attn_kv_b
                            """)
                    .tokenizer(TokenizerKind.SENTENCE_PIECE)
                    .build());

    private MiniCpms() {}

    /** What the width and the depth of the model are scaled with (<a href="https://arxiv.org/abs/2404.06395">paper</a>). */
    private static void scales(ModelConfig config, Keys keys) {
        keys.f32("embedding_scale", config.positive("scale_emb"))
                .f32("residual_scale", config.positive("scale_depth") / Math.sqrt(config.count("num_hidden_layers")))
                .f32("logit_scale", config.count("hidden_size") / config.positive("dim_model_base"));
    }
}
