package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Stability AI's StableLM. */
final class StableLms {
    static final List<Architecture> ALL = List.of(
            described("StableLmForCausalLM")
                    .byDefault("layer_norm_eps", 1e-5)
                    .byDefault("max_position_embeddings", 4096)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("partial_rotary_factor", 0.25)
                    .derived("use_parallel_residual", config -> new JsonValue.Bool(false))
                    .build(),
            described("StableLMEpochForCausalLM")
                    .derived("num_key_value_heads", DecoderKeys::heads)
                    .derived("use_parallel_residual", config -> new JsonValue.Bool(true))
                    .build());

    private StableLms() {}

    private static ArchitectureBuilder described(String model) {
        return Architecture.named("stablelm")
                .models(model)
                .keys(
                        KeyRule.u32("context_length", "max_position_embeddings"),
                        KeyRule.u32("embedding_length", "hidden_size"),
                        (config, keys) -> keys.u32("block_count", config.blockCount()),
                        KeyRule.u32("feed_forward_length", "intermediate_size"),
                        DecoderKeys::partialRopeLength,
                        KeyRule.u32("attention.head_count", "num_attention_heads"),
                        KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                        (config, keys) -> keys.bool("use_parallel_residual", config.flag("use_parallel_residual")),
                        KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_eps", "norm_eps"),
                        (config, keys) -> keys.fileType())
                // StableLM 2 12B norms each head with weights of its own.
                .stack(
                        "model.layers.{b}.self_attn.q_layernorm.norms.{e}",
                        "blk.{b}.attn_q_norm",
                        config -> config.count("num_attention_heads"))
                .stack("model.layers.{b}.self_attn.k_layernorm.norms.{e}", "blk.{b}.attn_k_norm", StableLms::keyHeads)
                .tensors(DecoderTensors.BLOCKS);
    }

    private static int keyHeads(ModelConfig config) {
        return config.count("num_key_value_heads");
    }
}
