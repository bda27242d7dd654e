package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Liquid's LFM2: short convolutions, and attention in some layers. */
final class Lfms {
    private static final String CONVOLUTION = "conv";
    private static final String ATTENTION = "full_attention";

    private static final String TENSORS = """
            model.embed_tokens                              token_embd
            model.embedding_norm                            token_embd_norm
            lm_head                                         output
            model.layers.{b}.operator_norm                  blk.{b}.attn_norm
            model.layers.{b}.ffn_norm                       blk.{b}.ffn_norm
            model.layers.{b}.conv.conv                      blk.{b}.shortconv.conv      squeeze
            model.layers.{b}.conv.in_proj                   blk.{b}.shortconv.in_proj
            model.layers.{b}.conv.out_proj                  blk.{b}.shortconv.out_proj
            model.layers.{b}.self_attn.q_proj               blk.{b}.attn_q
            model.layers.{b}.self_attn.k_proj               blk.{b}.attn_k
            model.layers.{b}.self_attn.v_proj               blk.{b}.attn_v
            model.layers.{b}.self_attn.out_proj             blk.{b}.attn_output
            model.layers.{b}.self_attn.q_layernorm          blk.{b}.attn_q_norm
            model.layers.{b}.self_attn.k_layernorm          blk.{b}.attn_k_norm
            model.layers.{b}.feed_forward.w1                blk.{b}.ffn_gate
            model.layers.{b}.feed_forward.w2                blk.{b}.ffn_down
            model.layers.{b}.feed_forward.w3                blk.{b}.ffn_up
            model.layers.{b}.feed_forward.gate              blk.{b}.ffn_gate_inp
            model.layers.{b}.feed_forward.expert_bias       blk.{b}.exp_probs_b.bias
            """;

    static final List<Architecture> ALL = List.of(
            lfm("lfm2", "Lfm2ForCausalLM", "LFM2ForCausalLM")
                    .derived(
                            "intermediate_size",
                            config -> config.find("block_ff_dim").orElse(new JsonValue.Int(12_288)))
                    .byDefault("block_multiple_of", 256)
                    .byDefault("block_ffn_dim_multiplier", 1.0)
                    .derived("block_auto_adjust_ff_dim", config -> new JsonValue.Bool(true))
                    .keys(
                            Lfms::common,
                            KeyRule.u32("vocab_size", "vocab_size"),
                            KeyRule.u32("shortconv.l_cache", "conv_L_cache"),
                            (config, keys) -> keys.u32("feed_forward_length", feedForward(config)))
                    .build(),
            // Its defaults are those of transformers 5.17, for 4.57 has no such class.
            lfm("lfm2moe", "Lfm2MoeForCausalLM")
                    .byDefault("intermediate_size", 7168)
                    .byDefault("moe_intermediate_size", 1792)
                    .byDefault("num_dense_layers", 2)
                    .byDefault("num_experts", 32)
                    .byDefault("num_experts_per_tok", 4)
                    .keys(
                            Lfms::common,
                            KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size"),
                            KeyRule.u32("leading_dense_block_count", "num_dense_layers"),
                            (config, keys) -> keys.u32("expert_gating_func", 2),
                            KeyRule.u32("vocab_size", "vocab_size"),
                            KeyRule.u32("shortconv.l_cache", "conv_L_cache"))
                    .stack(
                            "model.layers.{b}.feed_forward.experts.{e}.{p}",
                            "w1",
                            "blk.{b}.ffn_gate_exps",
                            "w2",
                            "blk.{b}.ffn_down_exps",
                            "w3",
                            "blk.{b}.ffn_up_exps")
                    .build());

    private Lfms() {}

    private static ArchitectureBuilder lfm(String name, String... models) {
        return Architecture.named(name)
                .models(models)
                .byDefault("norm_eps", 1e-5)
                .byDefault("rope_theta", 1_000_000.0)
                .byDefault("num_key_value_heads", 8)
                .byDefault("max_position_embeddings", 128_000)
                .byDefault("conv_L_cache", 3)
                .derived("layer_types", Lfms::layerTypes)
                .tensors(TENSORS);
    }

    private static JsonValue layerTypes(ModelConfig config) {
        Optional<List<JsonValue>> attending = config.find("full_attn_idxs").flatMap(JsonValue::items);
        List<JsonValue> types = new ArrayList<>();
        for (long i = 0; i < config.blockCount(); i++) {
            JsonValue index = new JsonValue.Int(i);
            boolean attends =
                    attending.map(Set::copyOf).map(all -> all.contains(index)).orElse(true);
            types.add(new JsonValue.Text(attends ? ATTENTION : CONVOLUTION));
        }
        return new JsonValue.Items(types);
    }

    /** What most decoders have, with no heads for keys in the layers that have none. */
    private static void common(ModelConfig config, Keys keys) {
        JsonValue heads = new JsonValue.Int(config.count("num_key_value_heads"));
        List<JsonValue> each = LayerTypes.of(config).stream()
                .map(type -> type.equals(CONVOLUTION) ? new JsonValue.Int(0) : heads)
                .toList();
        DecoderKeys.COMMON.put(config.with("num_key_value_heads", new JsonValue.Items(each)), keys);
    }

    /** Two thirds of what the configuration says, times a factor, rounded up to whole blocks. */
    private static long feedForward(ModelConfig config) {
        long length = config.count("block_ff_dim", "intermediate_size");
        if (!config.flag("block_auto_adjust_ff_dim")) {
            return length;
        }
        double factor = config.number("block_ffn_dim_multiplier").orElse(1.0);
        long twoThirds = 2 * length / 3;
        long adjusted = (long) (factor * twoThirds);
        long block = config.count("block_multiple_of");
        return (adjusted + block - 1) / block * block;
    }
}
