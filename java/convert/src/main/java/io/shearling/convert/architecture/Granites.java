package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** IBM's Granite, dense, of experts, and with layers of Mamba 2. */
final class Granites {
    private static final String ATTENTION = "attention";

    private static final String EXPERTS = """
            model.layers.{b}.block_sparse_moe.router.layer  blk.{b}.ffn_gate_inp
            model.layers.{b}.block_sparse_moe.input_linear  blk.{b}.ffn_gate_exps       first-half
            and                                             blk.{b}.ffn_up_exps         second-half
            model.layers.{b}.block_sparse_moe.output_linear blk.{b}.ffn_down_exps
            model.layers.{b}.shared_mlp.input_linear        blk.{b}.ffn_gate_shexp      first-half only-expert
            and                                             blk.{b}.ffn_up_shexp        second-half only-expert
            model.layers.{b}.shared_mlp.output_linear       blk.{b}.ffn_down_shexp      only-expert
            """;

    static final List<Architecture> ALL = List.of(
            granite("granite", "GraniteForCausalLM").build(),
            experts("granitemoe", "GraniteMoeForCausalLM", "GraniteMoeSharedForCausalLM")
                    .build(),
            hybrid("granitehybrid")
                    .when(config -> !attendsOnly(config))
                    .vocabularyStep(config -> 8)
                    .build(),
            // The name without layers of Mamba is that of the model without them, though the keys stay.
            hybrid("granitemoe")
                    .when(config -> attendsOnly(config) && hasExperts(config))
                    .build(),
            hybrid("granite")
                    .when(config -> attendsOnly(config) && !hasExperts(config))
                    .build());

    private Granites() {}

    private static ArchitectureBuilder granite(String name, String... models) {
        return Architecture.named(name)
                .models(models)
                .byDefault("rms_norm_eps", 1e-6)
                .byDefault("rope_theta", 10_000.0)
                .byDefault("max_position_embeddings", 2048)
                .derived("num_key_value_heads", DecoderKeys::heads)
                .byDefault("embedding_multiplier", 1.0)
                .byDefault("attention_multiplier", 1.0)
                .byDefault("residual_multiplier", 1.0)
                .byDefault("logits_scaling", 1.0)
                .keys(
                        Granites::common,
                        KeyRule.f32("attention.scale", "attention_multiplier"),
                        KeyRule.f32("embedding_scale", "embedding_multiplier"),
                        KeyRule.f32("residual_scale", "residual_multiplier"),
                        KeyRule.f32("logit_scale", "logits_scaling"))
                .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                .tokenizer(TokenizerKind.LLAMA);
    }

    /** What most decoders have. Granite knows no length of heads of its own, even where a configuration has one. */
    private static void common(ModelConfig config, Keys keys) {
        ModelConfig own = config.with("head_dim", new JsonValue.Null());
        DecoderKeys.COMMON.put(own, keys);
        KeyRule.u32("vocab_size", "vocab_size").put(own, keys);
        DecoderKeys.ropeLength(own, keys);
    }

    private static ArchitectureBuilder experts(String name, String... models) {
        return granite(name, models)
                .byDefault("num_local_experts", 8)
                .byDefault("num_experts_per_tok", 2)
                .keys((config, keys) -> config.integer("shared_intermediate_size")
                        .filter(length -> length > 0)
                        .ifPresent(length -> keys.u32("expert_shared_feed_forward_length", length)))
                .tensors(EXPERTS);
    }

    private static ArchitectureBuilder hybrid(String name) {
        return experts(name, "GraniteMoeHybridForCausalLM")
                .byDefault("shared_intermediate_size", 1024)
                .byDefault("mamba_d_conv", 4)
                .byDefault("mamba_d_state", 256)
                .byDefault("mamba_n_groups", 1)
                .byDefault("mamba_expand", 2)
                .byDefault("mamba_n_heads", 128)
                .keys(
                        Mambas::requireSilu,
                        KeyRule.u32("ssm.conv_kernel", "mamba_d_conv"),
                        KeyRule.u32("ssm.state_size", "mamba_d_state"),
                        KeyRule.u32("ssm.group_count", "mamba_n_groups"),
                        (config, keys) -> keys.u32(
                                "ssm.inner_size", (long) config.count("mamba_expand") * config.count("hidden_size")),
                        KeyRule.u32("ssm.time_step_rank", "mamba_n_heads"),
                        Granites::layers)
                .tensors(Mambas.MIXER)
                .tokenizer(Mambas::tokenizer);
    }

    /** Heads of keys for each layer. Beside Mamba no position is encoded, so that any length of text will do. */
    private static void layers(ModelConfig config, Keys keys) {
        int heads = config.count("num_key_value_heads");
        keys.i32s(
                "attention.head_count_kv",
                LayerTypes.of(config).stream()
                        .mapToInt(type -> type.equals(ATTENTION) ? heads : 0)
                        .toArray());
        boolean rope = attendsOnly(config);
        keys.bool("rope.scaling.finetuned", rope);
        if (!rope) {
            keys.u32("context_length", Mambas.CONTEXT);
        }
    }

    private static boolean hasExperts(ModelConfig config) {
        return config.integer("num_experts_per_tok").orElse(2L) > 0;
    }

    private static boolean attendsOnly(ModelConfig config) {
        return LayerTypes.of(config).stream().allMatch(ATTENTION::equals);
    }
}
