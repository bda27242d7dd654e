package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gemma 4: layers that attend to the whole text have heads of another length and number than those with a window. transformers 4 does
 * not know it; the defaults are those of transformers 5.17.
 */
final class Gemma4 {
    /** The factor of a frequency that is not to rotate. */
    private static final float STILL = 1e30f;

    static final Architecture ARCHITECTURE = Architecture.named("gemma4")
            .models("Gemma4ForCausalLM", "Gemma4ForConditionalGeneration")
            .byDefault("vocab_size", 262_144)
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("num_attention_heads", 8)
            .byDefault("num_key_value_heads", 4)
            .byDefault("head_dim", 256)
            .byDefault("max_position_embeddings", 131_072)
            .byDefault("sliding_window", 512)
            .byDefault("num_kv_shared_layers", 0)
            .derived("layer_types", config -> LayerTypes.everyFull(config, 6))
            .derived("rope_parameters", config -> rope())
            .keys(
                    DecoderKeys.COMMON,
                    Gemmas::softcap,
                    Gemmas::window,
                    KeyRule.u32("attention.shared_kv_layers", "num_kv_shared_layers"),
                    Gemma4::layerEmbedding,
                    (config, keys) -> keys.bools("attention.sliding_window_pattern", LayerTypes.sliding(config)),
                    Gemma4::headLengths,
                    KeyRule.u32("expert_feed_forward_length", "expert_intermediate_size", "moe_intermediate_size"),
                    Gemma4::doubleWidth,
                    Gemma4::headCounts,
                    Gemma4::ropeLengths)
            .extra(Gemma4::ropeFactors)
            .tensors("""
                            model.embed_tokens                              token_embd              cut-to-vocabulary
                            model.embed_tokens_per_layer                    per_layer_token_embd
                            model.layers.{b}.layer_scalar                   blk.{b}.layer_output_scale.weight
                            model.layers.{b}.router.proj                    blk.{b}.ffn_gate_inp
                            model.layers.{b}.router.scale                   blk.{b}.ffn_gate_inp.scale
                            model.layers.{b}.router.per_expert_scale        blk.{b}.ffn_down_exps.scale
                            model.layers.{b}.experts.gate_up_proj           blk.{b}.ffn_gate_up_exps.weight
                            model.layers.{b}.experts.down_proj              blk.{b}.ffn_down_exps.weight
                            model.layers.{b}.pre_feedforward_layernorm_2    blk.{b}.pre_ffw_norm_2
                            model.layers.{b}.post_feedforward_layernorm_1   blk.{b}.post_ffw_norm_1
                            model.layers.{b}.post_feedforward_layernorm_2   blk.{b}.post_ffw_norm_2
                            """ + Gemma3n.LAYER_EMBEDDINGS + Gemmas.NORMS + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.GEMMA_4)
            .build();

    private Gemma4() {}

    private static JsonValue rope() {
        JsonValue full = new JsonValue.Fields(Map.of(
                "rope_type", new JsonValue.Text("proportional"),
                "partial_rotary_factor", new JsonValue.Real(0.25),
                "rope_theta", new JsonValue.Real(1_000_000)));
        JsonValue sliding = new JsonValue.Fields(Map.of("rope_theta", new JsonValue.Real(10_000)));
        return new JsonValue.Fields(Map.of("full_attention", full, "sliding_attention", sliding));
    }

    /** 0 where the layers have no embeddings of their own. */
    private static void layerEmbedding(ModelConfig config, Keys keys) {
        long length = config.integer("hidden_size_per_layer_input")
                .or(() -> keys.shape("per_layer_proj_norm.weight").map(shape -> shape.get(0)))
                .orElse(0L);
        keys.u32("embedding_length_per_layer_input", length);
    }

    private static void headLengths(ModelConfig config, Keys keys) {
        long full = fullHeadLength(config);
        long sliding = config.count("head_dim");
        keys.u32("attention.key_length", full)
                .u32("attention.value_length", full)
                .u32("attention.key_length_swa", sliding)
                .u32("attention.value_length_swa", sliding);
    }

    private static int fullHeadLength(ModelConfig config) {
        return Math.toIntExact(
                ofFullLayers(config, "global_head_dim", "head_dim").orElse(512L));
    }

    /** A number of the layers that attend to the whole text: under a name of its own, or said of the first of them. */
    private static Optional<Long> ofFullLayers(ModelConfig config, String name, String layerName) {
        if (config.find(name).isPresent()) {
            return Optional.of((long) config.count(name));
        }
        boolean[] sliding = LayerTypes.sliding(config);
        return config.fields("per_layer_config").map(JsonValue.Fields::values).orElse(Map.of()).entrySet().stream()
                .filter(entry -> entry.getKey().matches("[0-9]{1,6}"))
                .filter(entry ->
                        Integer.parseInt(entry.getKey()) < sliding.length && !sliding[Integer.parseInt(entry.getKey())])
                .flatMap(entry -> entry.getValue().fields().stream())
                .flatMap(layer -> layer.find(layerName).flatMap(JsonValue::integer).stream())
                .findFirst();
    }

    /** Layers that take keys and values of others can be twice as wide. */
    private static void doubleWidth(ModelConfig config, Keys keys) {
        if (config.flag("use_double_wide_mlp")) {
            int[] widths = new int[config.blockCount()];
            long shared = config.integer("num_kv_shared_layers").orElse(0L);
            Arrays.setAll(widths, i -> config.count("intermediate_size") * (i < config.blockCount() - shared ? 1 : 2));
            keys.i32s("feed_forward_length", widths);
        }
    }

    private static void headCounts(ModelConfig config, Keys keys) {
        ofFullLayers(config, "num_global_key_value_heads", "num_key_value_heads")
                .ifPresent(full -> {
                    boolean[] sliding = LayerTypes.sliding(config);
                    int[] counts = new int[sliding.length];
                    Arrays.setAll(
                            counts, i -> sliding[i] ? config.count("num_key_value_heads") : Math.toIntExact(full));
                    keys.i32s("attention.head_count_kv", counts);
                });
    }

    private static void ropeLengths(ModelConfig config, Keys keys) {
        double part = RopeParameters.of(config)
                .all()
                .find("partial_rotary_factor")
                .flatMap(JsonValue::number)
                .orElse(1.0);
        keys.u32("rope.dimension_count", fullHeadLength(config))
                .u32("rope.dimension_count_swa", (long) (config.count("head_dim") * part));
    }

    /** For layers that attend to the whole text: only the first frequencies rotate, the others stand still. */
    private static List<Draft> ropeFactors(ModelConfig config) {
        RopeParameters rope = RopeParameters.of(config);
        if (!rope.type().orElse("").equals("proportional")) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    "its rotary embedding for full attention is not proportional",
                    "llama.cpp computes no other for Gemma 4");
        }
        int length = fullHeadLength(config);
        float[] factors = new float[length / 2];
        int rotating = (int) (length * rope.number("partial_rotary_factor").orElse(1.0) / 2);
        Arrays.fill(factors, 0, Math.min(rotating, factors.length), 1);
        Arrays.fill(factors, Math.min(rotating, factors.length), factors.length, STILL);
        return List.of(Draft.of("rope_freqs.weight", new Literal(factors), (long) factors.length));
    }
}
