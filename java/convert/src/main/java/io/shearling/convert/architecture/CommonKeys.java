package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The keys that most architectures share, in upstream's order ({@code TextModel.set_gguf_parameters}). */
final class CommonKeys implements KeyRule {
    private static final int SECTIONS = 4;

    @Override
    public void put(ModelConfig config, Keys keys) {
        keys.u32("block_count", config.blockCount());
        KeyRule.u32(
                        "context_length",
                        "max_position_embeddings",
                        "n_ctx",
                        "n_positions",
                        "max_length",
                        "max_sequence_length",
                        "model_max_length")
                .put(config, keys);
        KeyRule.u32("embedding_length", "hidden_size", "n_embd", "dim").put(config, keys);
        numbers(
                config,
                keys,
                "feed_forward_length",
                "prefix_dense_intermediate_size",
                "dense_intermediate_size",
                "intermediate_size",
                "n_inner",
                "hidden_dim");
        numbers(config, keys, "attention.head_count", "num_attention_heads", "n_head", "n_heads");
        numbers(config, keys, "attention.head_count_kv", "num_key_value_heads", "n_kv_heads");
        if (config.find("is_causal").flatMap(JsonValue::bool).equals(Optional.of(false))) {
            keys.bool("attention.causal", false);
        }
        rope(RopeParameters.of(config), config, keys);
        KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps", "norm_eps")
                .put(config, keys);
        KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
                .put(config, keys);
        experts(config, keys);
        config.integer("head_dim")
                .ifPresent(length -> keys.u32("attention.key_length", length).u32("attention.value_length", length));
        keys.fileType();
    }

    /** One for all layers, or a list with one for each. */
    private static void numbers(ModelConfig config, Keys keys, String key, String... names) {
        Optional<List<JsonValue>> each = config.find(names).flatMap(JsonValue::items);
        if (each.isPresent()) {
            keys.i32s(key, ints(each.get()));
        } else {
            KeyRule.u32(key, names).put(config, keys);
        }
    }

    private static int[] ints(List<JsonValue> values) {
        return values.stream()
                .mapToInt(value -> value.integer().map(Math::toIntExact).orElse(0))
                .toArray();
    }

    private static void rope(RopeParameters rope, ModelConfig config, Keys keys) {
        Optional<Double> factor = rope.number("factor");
        String type = rope.type().orElse("");
        if (type.equals("linear") && factor.isPresent()) {
            keys.text("rope.scaling.type", "linear").f32("rope.scaling.factor", factor.get());
        } else if (type.equals("yarn") && factor.isPresent()) {
            keys.text("rope.scaling.type", "yarn").f32("rope.scaling.factor", factor.get());
            double length = rope.number("original_max_position_embeddings")
                    .orElseThrow(() -> new ConvertException(
                            ConvertException.Kind.CONFIG,
                            config.file(),
                            "its yarn scaling has no original_max_position_embeddings",
                            "add the context length that the model was trained with at first"));
            keys.u32("rope.scaling.original_context_length", (long) length);
            optional(keys, "rope.scaling.yarn_ext_factor", rope.number("extrapolation_factor"));
            optional(
                    keys,
                    "rope.scaling.yarn_attn_factor",
                    rope.number("attention_factor").or(() -> rope.number("attn_factor")));
            optional(keys, "rope.scaling.yarn_beta_fast", rope.number("beta_fast"));
            optional(keys, "rope.scaling.yarn_beta_slow", rope.number("beta_slow"));
        } else if (type.equals("su") || type.equals("longrope")) {
            keys.text("rope.scaling.type", "longrope");
        }
        rope.all()
                .find("mrope_section")
                .flatMap(JsonValue::items)
                .ifPresent(sections -> keys.i32s("rope.dimension_sections", Arrays.copyOf(ints(sections), SECTIONS)));
        optional(keys, "rope.freq_base", rope.number("rope_theta"));
        optional(keys, "rope.freq_base_swa", rope.slidingBase());
    }

    private static void optional(Keys keys, String key, Optional<Double> value) {
        value.ifPresent(number -> keys.f32(key, number));
    }

    private static void experts(ModelConfig config, Keys keys) {
        KeyRule.u32("expert_count", "num_local_experts", "num_experts", "n_routed_experts")
                .put(config, keys);
        KeyRule.u32("expert_used_count", "num_experts_per_tok", "num_experts_per_token", "top_k_experts")
                .put(config, keys);
        KeyRule.u32("expert_group_count", "n_group").put(config, keys);
        KeyRule.u32("expert_group_used_count", "topk_group").put(config, keys);
        config.text(
                        "score_function",
                        "scoring_func",
                        "score_func",
                        "moe_router_activation",
                        "moe_router_activation_func",
                        "expert_selection_fn")
                .ifPresent(function -> keys.u32("expert_gating_func", gating(function, config)));
    }

    private static int gating(String function, ModelConfig config) {
        return switch (function) {
            case "softmax" -> 1;
            case "sigmoid" -> 2;
            case "sqrtsoftplus" -> 4;
            default ->
                throw new ConvertException(
                        ConvertException.Kind.CONFIG,
                        config.file(),
                        "it scores experts with " + function,
                        "llama.cpp knows softmax, sigmoid and sqrtsoftplus");
        };
    }
}
