package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Qwen3.5: linear attention (<a href="https://arxiv.org/abs/2412.06464">gated delta networks</a>), and full attention in some layers.
 * What predicts further tokens becomes blocks behind the others. The defaults are those of transformers 5.17.
 */
final class LinearQwens {
    private static final int[] SECTIONS = {11, 11, 10, 0};
    private static final double ROTATED = 0.25;

    private static final String LAYER = """
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm           +1
            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm +1
            model.layers.{b}.self_attn.q_norm               blk.{b}.attn_q_norm         +1
            model.layers.{b}.self_attn.k_norm               blk.{b}.attn_k_norm         +1
            """ + DecoderTensors.BLOCKS + DecoderTensors.EXPERTS;

    private static final String MODEL = """
            model.norm                                      output_norm                 +1
            model.layers.{b}.linear_attn.in_proj_qkv        blk.{b}.attn_qkv            tile-values
            model.layers.{b}.linear_attn.in_proj_z          blk.{b}.attn_gate           tile-values
            model.layers.{b}.linear_attn.in_proj_a          blk.{b}.ssm_alpha           tile-heads
            model.layers.{b}.linear_attn.in_proj_b          blk.{b}.ssm_beta            tile-heads
            model.layers.{b}.linear_attn.conv1d             blk.{b}.ssm_conv1d          squeeze tile-values
            model.layers.{b}.linear_attn.A_log              blk.{b}.ssm_a               tile-heads -exp
            model.layers.{b}.linear_attn.dt_bias            blk.{b}.ssm_dt.bias         tile-heads
            model.layers.{b}.linear_attn.norm               blk.{b}.ssm_norm
            model.layers.{b}.linear_attn.out_proj           blk.{b}.ssm_out             tile-columns
            """ + LAYER;

    private static final String PREDICTION = """
            mtp.fc                                          blk.0.nextn.eh_proj             next
            mtp.norm                                        blk.0.nextn.shared_head_norm    +1 next
            mtp.pre_fc_norm_embedding                       blk.0.nextn.enorm               +1 next
            mtp.pre_fc_norm_hidden                          blk.0.nextn.hnorm               +1 next
            """
            + LAYER.lines()
                    .filter(line -> line.startsWith("model.layers.") || line.startsWith("and "))
                    .map(line -> line.replace("model.layers.", "mtp.layers.") + " next\n")
                    .collect(Collectors.joining());

    private static final String TENSORS = MODEL + PREDICTION + PREDICTION.replace("mtp.", "model.mtp.");

    static final List<Architecture> ALL = List.of(
            linear("qwen35", "Qwen3_5ForConditionalGeneration", "Qwen3_5ForCausalLM")
                    .byDefault("intermediate_size", 12_288)
                    .byDefault("num_key_value_heads", 4)
                    .keys(LinearQwens::keys, LinearQwens::sections)
                    .build(),
            linear("qwen35moe", "Qwen3_5MoeForConditionalGeneration", "Qwen3_5MoeForCausalLM")
                    .byDefault("num_key_value_heads", 2)
                    .byDefault("num_experts", 256)
                    .byDefault("num_experts_per_tok", 8)
                    .byDefault("moe_intermediate_size", 512)
                    .byDefault("shared_expert_intermediate_size", 512)
                    .keys(LinearQwens::keys, LinearQwens::sections)
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", DecoderTensors.EXPERT_PARTS)
                    .stack("mtp.layers.{b}.mlp.experts.{e}.{p}", Operation.NEXT_BLOCK, DecoderTensors.EXPERT_PARTS)
                    .stack(
                            "model.mtp.layers.{b}.mlp.experts.{e}.{p}",
                            Operation.NEXT_BLOCK,
                            DecoderTensors.EXPERT_PARTS)
                    .build());

    private LinearQwens() {}

    private static ArchitectureBuilder linear(String name, String... models) {
        return Architecture.named(name)
                .models(models)
                .byDefault("rms_norm_eps", 1e-6)
                .byDefault("rope_theta", 10_000.0)
                .byDefault("max_position_embeddings", 32_768)
                .byDefault("head_dim", 256)
                .byDefault("linear_conv_kernel_dim", 4)
                .byDefault("linear_key_head_dim", 128)
                .byDefault("linear_value_head_dim", 128)
                .byDefault("linear_num_key_heads", 16)
                .byDefault("linear_num_value_heads", 32)
                .byDefault("full_attention_interval", 4)
                .tensors(TENSORS);
    }

    /**
     * How many layers that predict further tokens there are. Upstream believes a configuration that names some, and writes a file
     * that cannot be loaded where a fine-tune has left them out.
     */
    private static int predicting(ModelConfig config, Keys keys) {
        long said = config.integer("mtp_num_hidden_layers").orElse(0L);
        if (keys.upstream() && said > 0) {
            return Math.toIntExact(said);
        }
        int end = config.blockCount();
        while (keys.shape("blk." + end + ".attn_norm.weight").isPresent()) {
            end++;
        }
        return end - config.blockCount();
    }

    private static void keys(ModelConfig config, Keys keys) {
        int layers = config.blockCount();
        int predicting = predicting(config, keys);
        DecoderKeys.COMMON.put(config.with("num_hidden_layers", new JsonValue.Int(layers + predicting)), keys);
        KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size").put(config, keys);
        KeyRule.u32("expert_shared_feed_forward_length", "shared_expert_intermediate_size")
                .put(config, keys);
        if (predicting > 0) {
            keys.u32("nextn_predict_layers", predicting);
        }
        long heads = config.count("linear_num_value_heads");
        keys.u32("ssm.conv_kernel", config.count("linear_conv_kernel_dim"))
                .u32("ssm.state_size", config.count("linear_key_head_dim"))
                .u32("ssm.group_count", config.count("linear_num_key_heads"))
                .u32("ssm.time_step_rank", heads)
                .u32("ssm.inner_size", config.count("linear_value_head_dim") * heads);
        if (config.find("layer_types").isPresent()) {
            List<String> types = LayerTypes.of(config);
            boolean[] recurrent = new boolean[layers + predicting];
            for (int i = 0; i < layers; i++) {
                recurrent[i] = types.get(i).equals("linear_attention");
            }
            keys.bools("attention.recurrent_layers", recurrent);
        }
        keys.u32("full_attention_interval", config.count("full_attention_interval"));
        double rotated =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(ROTATED);
        keys.u32("rope.dimension_count", (long) (config.count("head_dim") * rotated));
    }

    /** The parts of a head that turn with time, height and width, which llama.cpp wants even where a configuration has none. */
    private static void sections(ModelConfig config, Keys keys) {
        Optional<JsonValue> sections = RopeParameters.of(config).all().find("mrope_section");
        if (sections.isEmpty()) {
            keys.i32s("rope.dimension_sections", SECTIONS);
        }
    }
}
