package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DeepSeek V2 and V3. llama.cpp has them as attention with one head of keys, wide as what is cached. */
final class DeepSeeks {
    private static final Pattern BLOCK = Pattern.compile("model\\.layers\\.(\\d{1,6})\\..*");

    private static final String TENSORS = """
            model.layers.{b}.self_attn.q_a_proj             blk.{b}.attn_q_a
            model.layers.{b}.self_attn.q_a_layernorm        blk.{b}.attn_q_a_norm
            model.layers.{b}.self_attn.q_b_proj             blk.{b}.attn_q_b
            model.layers.{b}.self_attn.kv_a_proj_with_mqa   blk.{b}.attn_kv_a_mqa
            model.layers.{b}.self_attn.kv_a_layernorm       blk.{b}.attn_kv_a_norm
            model.layers.{b}.self_attn.kv_b_proj            blk.{b}.attn_k_b            latent-keys
            and                                             blk.{b}.attn_v_b            latent-values
            model.layers.{b}.mlp.gate                       blk.{b}.ffn_gate_inp
            model.layers.{b}.mlp.gate.e_score_correction_bias   blk.{b}.exp_probs_b.bias
            model.layers.{b}.mlp.shared_experts.gate_proj   blk.{b}.ffn_gate_shexp
            model.layers.{b}.mlp.shared_experts.up_proj     blk.{b}.ffn_up_shexp
            model.layers.{b}.mlp.shared_experts.down_proj   blk.{b}.ffn_down_shexp
            """;

    static final List<Architecture> ALL = List.of(
            deepseek("DeepseekV2ForCausalLM")
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("max_position_embeddings", 2048)
                    .byDefault("first_k_dense_replace", 0)
                    .byDefault("moe_intermediate_size", 1407)
                    .byDefault("n_routed_experts", 64)
                    .byDefault("n_shared_experts", 2)
                    .byDefault("routed_scaling_factor", 1.0)
                    .build(),
            deepseek("DeepseekV3ForCausalLM")
                    .byDefault("num_key_value_heads", 128)
                    .byDefault("max_position_embeddings", 4096)
                    .byDefault("first_k_dense_replace", 3)
                    .byDefault("moe_intermediate_size", 2048)
                    .byDefault("n_routed_experts", 256)
                    .byDefault("n_shared_experts", 1)
                    .byDefault("num_experts_per_tok", 8)
                    .byDefault("n_group", 8)
                    .byDefault("topk_group", 4)
                    .byDefault("routed_scaling_factor", 2.5)
                    .derived("norm_topk_prob", config -> new JsonValue.Bool(true))
                    .repairs(DeepSeeks::gating)
                    .build());

    private DeepSeeks() {}

    private static ArchitectureBuilder deepseek(String model) {
        return Architecture.named("deepseek2")
                .models(model)
                .byDefault("rms_norm_eps", 1e-6)
                .byDefault("rope_theta", 10_000.0)
                .byDefault("kv_lora_rank", 512)
                .byDefault("qk_nope_head_dim", 128)
                .byDefault("qk_rope_head_dim", 64)
                .byDefault("v_head_dim", 128)
                // Without a rank, said as null, queries are projected at once.
                .unlessNamed("q_lora_rank", new JsonValue.Int(1536))
                .derived("head_dim", config -> new JsonValue.Int(config.count("qk_rope_head_dim")))
                .keys(DeepSeeks::keys)
                .withoutTiedHead()
                .leaveOut(DeepSeeks::leftOut)
                .stack("model.layers.{b}.mlp.experts.{e}.{p}", DecoderTensors.EXPERT_PARTS)
                .tensors(TENSORS + DecoderTensors.BLOCKS);
    }

    private static void keys(ModelConfig config, Keys keys) {
        DecoderKeys.COMMON.put(config.with("num_key_value_heads", new JsonValue.Int(1)), keys);
        long rank = config.count("kv_lora_rank");
        long rope = config.count("qk_rope_head_dim");
        KeyRule.u32("leading_dense_block_count", "first_k_dense_replace").put(config, keys);
        KeyRule.u32("vocab_size", "vocab_size").put(config, keys);
        KeyRule.u32("attention.q_lora_rank", "q_lora_rank").put(config, keys);
        keys.u32("attention.kv_lora_rank", rank)
                .u32("attention.key_length", rank + rope)
                .u32("attention.value_length", rank)
                .u32("attention.key_length_mla", config.count("qk_nope_head_dim") + rope)
                .u32("attention.value_length_mla", config.count("v_head_dim"));
        KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size").put(config, keys);
        KeyRule.u32("expert_count", "n_routed_experts").put(config, keys);
        KeyRule.u32("expert_shared_count", "n_shared_experts").put(config, keys);
        KeyRule.f32("expert_weights_scale", "routed_scaling_factor").put(config, keys);
        if (config.flag("norm_topk_prob")) {
            keys.bool("expert_weights_norm", true);
        }
        keys.u32("rope.dimension_count", rope);
        Optional<Double> scale =
                RopeParameters.of(config).all().find("mscale_all_dim").flatMap(JsonValue::number);
        scale.ifPresent(value -> keys.f32("rope.scaling.yarn_log_multiplier", 0.1 * value));
    }

    /** transformers does not write which function scores experts, and without it llama.cpp takes that of DeepSeek V2. */
    private static void gating(ModelConfig config, Keys keys) {
        if (config.text("scoring_func").isEmpty()) {
            keys.u32("expert_gating_func", 2);
        }
    }

    /** The layers that predict further tokens, which llama.cpp has no use for here. */
    private static boolean leftOut(String tensor, ModelConfig config) {
        Matcher block = BLOCK.matcher(tensor);
        return block.matches() && Integer.parseInt(block.group(1)) >= config.blockCount();
    }
}
