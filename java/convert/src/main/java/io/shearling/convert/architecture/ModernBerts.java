package io.shearling.convert.architecture;

import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.model.PoolingType;
import java.util.List;

/** Encoders with the parts of today's decoders. */
final class ModernBerts {
    static final List<Architecture> ALL = List.of(
            Architecture.named("modern-bert")
                    .models("ModernBertModel", "ModernBertForMaskedLM", "ModernBertForSequenceClassification")
                    .byDefault("vocab_size", 50_368)
                    .byDefault("hidden_size", 768)
                    .byDefault("num_hidden_layers", 22)
                    .byDefault("num_attention_heads", 12)
                    .byDefault("intermediate_size", 1152)
                    .byDefault("max_position_embeddings", 8192)
                    .byDefault("norm_eps", 1e-5)
                    .byDefault("global_rope_theta", 160_000.0)
                    .byDefault("local_rope_theta", 10_000.0)
                    .byDefault("local_attention", 128)
                    .byDefault("global_attn_every_n_layers", 3)
                    .derived("hidden_activation", config -> new JsonValue.Text("gelu"))
                    .keys(
                            EncoderKeys::bert,
                            KeyRule.u32("attention.sliding_window", "local_attention"),
                            KeyRule.u32("attention.sliding_window_pattern", "global_attn_every_n_layers"),
                            (config, keys) -> keys.text("rope.scaling.type", "none"),
                            KeyRule.u32("vocab_size", "vocab_size"),
                            (config, keys) -> config.text("hidden_activation")
                                    .ifPresent(name -> keys.text("hidden_activation", name)))
                    .names(name -> EncoderTensors.plain(name, "model."))
                    .tensors("""
                            embeddings.tok_embeddings                       token_embd
                            embeddings.norm                                 token_embd_norm
                            final_norm                                      output_norm
                            decoder                                         -
                            head.dense                                      cls
                            head.norm                                       cls.norm
                            layers.{b}.attn.Wqkv                            blk.{b}.attn_qkv
                            layers.{b}.attn.Wo                              blk.{b}.attn_output
                            layers.{b}.attn_norm                            blk.{b}.attn_norm
                            layers.{b}.mlp_norm                             blk.{b}.ffn_norm
                            layers.{b}.mlp.Wi                               blk.{b}.ffn_up
                            layers.{b}.mlp.Wo                               blk.{b}.ffn_down
                            """)
                    .tensor("classifier", "cls", EncoderTensors::classifier)
                    .early((config, metadata) -> {
                        for (String kind : List.of("bos", "eos", "sep")) {
                            metadata.put("tokenizer.ggml.add_" + kind + "_token", GgufValue.bool(true));
                        }
                    })
                    .tokenizer(TokenizerKind.BPE)
                    .build(),
            Architecture.named("neo-bert")
                    .models("NeoBERT", "NeoBERTLMHead", "NeoBERTForSequenceClassification")
                    .keys(
                            EncoderKeys::bert,
                            (config, keys) -> keys.u32(
                                            "feed_forward_length", 2L * config.count("intermediate_size") / 3)
                                    .f32("rope.freq_base", 10_000.0)
                                    .text("rope.scaling.type", "none")
                                    .f32(
                                            "attention.layer_norm_rms_epsilon",
                                            config.number("norm_eps").orElse(1e-6))
                                    .u32("pooling_type", PoolingType.CLS.code()))
                    .names(name -> EncoderTensors.plain(name, "model."))
                    .tensors("""
                            decoder                                         -
                            encoder                                         token_embd
                            layer_norm                                      enc.output_norm
                            classifier.dense                                cls
                            classifier.out_proj                             cls.output
                            transformer_encoder.{b}.qkv                     blk.{b}.attn_qkv
                            transformer_encoder.{b}.wo                      blk.{b}.attn_output
                            transformer_encoder.{b}.attention_norm          blk.{b}.attn_norm
                            transformer_encoder.{b}.ffn_norm                blk.{b}.ffn_norm
                            transformer_encoder.{b}.ffn.w12                 blk.{b}.ffn_up
                            transformer_encoder.{b}.ffn.w3                  blk.{b}.ffn_down
                            """)
                    .tensor("classifier", "cls", EncoderTensors::classifier)
                    .tokenizer(TokenizerKind.WORD_PIECE)
                    .build(),
            Architecture.named("eurobert")
                    .models("EuroBertModel")
                    .keys(
                            DecoderKeys.COMMON,
                            (config, keys) ->
                                    keys.bool("attention.causal", false).text("rope.scaling.type", "none"),
                            new PoolingKey())
                    .tensors(DecoderTensors.BLOCKS)
                    .early((config, metadata) -> metadata.put("tokenizer.ggml.add_bos_token", GgufValue.bool(false)))
                    .tokenizer(TokenizerKind.BPE)
                    .build());

    private ModernBerts() {}
}
