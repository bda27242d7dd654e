package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Gemma 3n: several streams through each block (AltUp), and an embedding of its own for each layer. */
final class Gemma3n {
    /** What Gemma 3n and 4 have for each layer's own embedding. */
    static final String LAYER_EMBEDDINGS = """
            model.per_layer_model_projection                per_layer_model_proj
            model.per_layer_projection_norm                 per_layer_proj_norm
            model.layers.{b}.per_layer_input_gate           blk.{b}.inp_gate
            model.layers.{b}.per_layer_projection           blk.{b}.proj
            model.layers.{b}.post_per_layer_input_norm      blk.{b}.post_norm
            """;

    private static final int SPARSE_LAYERS = 10;

    static final Architecture ARCHITECTURE = Architecture.named("gemma3n")
            .models("Gemma3nForCausalLM", "Gemma3nForConditionalGeneration")
            .byDefault("vocab_size", 262_400)
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("num_attention_heads", 8)
            .byDefault("num_key_value_heads", 2)
            .byDefault("head_dim", 256)
            .byDefault("max_position_embeddings", 32_768)
            .byDefault("rope_theta", 1_000_000.0)
            .byDefault("rope_local_base_freq", 10_000.0)
            .byDefault("sliding_window", 512)
            .byDefault("final_logit_softcapping", 30.0)
            .byDefault("altup_active_idx", 0)
            .byDefault("altup_num_inputs", 4)
            .byDefault("hidden_size_per_layer_input", 256)
            .byDefault("num_kv_shared_layers", 15)
            .derived("layer_types", config -> LayerTypes.everyFull(config, 5))
            .derived("activation_sparsity_pattern", Gemma3n::sparsity)
            .keys(
                    DecoderKeys.COMMON,
                    Gemma3n::feedForward,
                    Gemmas::softcap,
                    Gemmas::window,
                    KeyRule.u32("altup.active_idx", "altup_active_idx"),
                    KeyRule.u32("altup.num_inputs", "altup_num_inputs"),
                    KeyRule.u32("embedding_length_per_layer_input", "hidden_size_per_layer_input"),
                    KeyRule.u32("attention.shared_kv_layers", "num_kv_shared_layers"),
                    Gemma3n::sparsityScale,
                    (config, keys) -> keys.bools("attention.sliding_window_pattern", LayerTypes.sliding(config)))
            .stack("model.altup_projections.{e}", "altup_proj", Gemma3n::projections)
            .stack("model.altup_unembed_projections.{e}", "altup_unembd_proj", Gemma3n::projections)
            .tensors("""
                            model.embed_tokens                              token_embd              fill-to-vocabulary
                            model.embed_tokens_per_layer                    per_layer_token_embd    fill-to-vocabulary
                            model.layers.{b}.altup.correct_output_scale     blk.{b}.altup_correct_scale.weight
                            model.layers.{b}.altup.correction_coefs         blk.{b}.altup_correct_coef
                            model.layers.{b}.altup.prediction_coefs         blk.{b}.altup_predict_coef
                            model.layers.{b}.altup.modality_router          blk.{b}.altup_router
                            model.layers.{b}.altup.router_norm              blk.{b}.altup_router_norm
                            model.layers.{b}.laurel.linear_left             blk.{b}.laurel_l
                            model.layers.{b}.laurel.linear_right            blk.{b}.laurel_r
                            model.layers.{b}.laurel.post_laurel_norm        blk.{b}.laurel_post_norm
                            """ + LAYER_EMBEDDINGS + Gemmas.NORMS + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.GEMMA_3)
            .build();

    private Gemma3n() {}

    /** All streams but the one that goes through the block as it is. */
    private static int projections(ModelConfig config) {
        return config.count("altup_num_inputs") - 1;
    }

    private static void feedForward(ModelConfig config, Keys keys) {
        List<JsonValue> lengths =
                config.find("intermediate_size").flatMap(JsonValue::items).isPresent()
                        ? LayerTypes.each(config, "intermediate_size")
                        : Collections.nCopies(
                                config.blockCount(), new JsonValue.Int(config.count("intermediate_size")));
        keys.i32s(
                "feed_forward_length",
                lengths.stream()
                        .mapToInt(length -> length.integer().orElse(0L).intValue())
                        .toArray());
    }

    private static JsonValue sparsity(ModelConfig config) {
        int sparse = config.blockCount() > SPARSE_LAYERS ? SPARSE_LAYERS : 0;
        return new JsonValue.Items(Stream.concat(
                        Collections.nCopies(sparse, 0.95).stream(),
                        Collections.nCopies(config.blockCount() - sparse, 0.0).stream())
                .<JsonValue>map(JsonValue.Real::new)
                .toList());
    }

    /** Where the part of the activations lies that is set to zero, in standard deviations above their mean. */
    private static void sparsityScale(ModelConfig config, Keys keys) {
        List<JsonValue> parts = LayerTypes.each(config, "activation_sparsity_pattern");
        float[] scales = new float[parts.size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = NormalQuantile.of((float) (double) parts.get(i).number().orElse(0.0));
        }
        keys.f32s("activation_sparsity_scale", scales);
    }
}
