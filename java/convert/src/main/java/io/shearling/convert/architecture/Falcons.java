package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** TII's Falcon: 7B, where all heads share one key and value, and 40B, where groups of them do. */
final class Falcons {
    /** Upstream writes this length whatever the configuration says. */
    private static final int CONTEXT = 2048;

    static final List<Architecture> ALL = List.of(Architecture.named("falcon")
            .models("FalconForCausalLM", "RWForCausalLM")
            .byDefault("layer_norm_epsilon", 1e-5)
            .replaced("num_kv_heads", Falcons::groups)
            .keys(
                    (config, keys) -> keys.u32("context_length", CONTEXT).text("tensor_data_layout", "jploski"),
                    KeyRule.u32("embedding_length", "hidden_size"),
                    (config, keys) -> keys.u32("feed_forward_length", 4L * config.count("hidden_size"))
                            .u32("block_count", config.blockCount()),
                    KeyRule.u32("attention.head_count", "num_attention_heads", "n_head"),
                    KeyRule.u32("attention.head_count_kv", "num_kv_heads"),
                    KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_epsilon"),
                    (config, keys) -> keys.fileType())
            .tensors("""
                    transformer.word_embeddings                             token_embd
                    transformer.ln_f                                        output_norm
                    lm_head                                                 output
                    transformer.h.{b}.input_layernorm                       blk.{b}.attn_norm
                    transformer.h.{b}.ln_attn                               blk.{b}.attn_norm_2
                    transformer.h.{b}.ln_mlp                                blk.{b}.attn_norm
                    transformer.h.{b}.self_attention.query_key_value        blk.{b}.attn_qkv    qkv-apart
                    transformer.h.{b}.self_attention.dense                  blk.{b}.attn_output
                    transformer.h.{b}.mlp.dense_h_to_4h                     blk.{b}.ffn_up
                    transformer.h.{b}.mlp.dense_4h_to_h                     blk.{b}.ffn_down
                    """)
            .build());

    private Falcons() {}

    /** The number of heads of keys and values: a configuration names it, but only the newer layout heeds that. */
    private static JsonValue groups(ModelConfig config) {
        long heads = config.count("num_attention_heads", "n_head");
        boolean newer = config.find("new_decoder_architecture")
                .flatMap(JsonValue::bool)
                .orElse(config.find("n_head_kv").isPresent());
        boolean shared = config.find("multi_query").flatMap(JsonValue::bool).orElse(true);
        if (!newer) {
            return new JsonValue.Int(shared ? 1 : heads);
        }
        return new JsonValue.Int(config.integer("num_kv_heads", "n_head_kv").orElse(heads));
    }
}
