package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** LG's EXAONE. */
final class Exaones {
    static final List<Architecture> ALL = List.of(
            Architecture.named("exaone")
                    .models("ExaoneForCausalLM")
                    .keys(Exaones::checkActivation, DecoderKeys.COMMON, DecoderKeys::partialRopeLength)
                    // llama.cpp reads the number of the norms under the name for norms by the mean square, which these
                    // are.
                    .repairs(KeyRule.f32("attention.layer_norm_rms_epsilon", "layer_norm_epsilon", "rms_norm_eps"))
                    .extra(RopeFactors::llama3)
                    .tensors("""
                            transformer.wte                                 token_embd
                            transformer.ln_f                                output_norm
                            lm_head                                         output
                            transformer.h.{b}.ln_1                          blk.{b}.attn_norm
                            transformer.h.{b}.attn.attention.q_proj         blk.{b}.attn_q
                            transformer.h.{b}.attn.attention.k_proj         blk.{b}.attn_k
                            transformer.h.{b}.attn.attention.v_proj         blk.{b}.attn_v
                            transformer.h.{b}.attn.attention.out_proj       blk.{b}.attn_output
                            transformer.h.{b}.attn.rotary.inv_freq          -
                            transformer.h.{b}.ln_2                          blk.{b}.ffn_norm
                            transformer.h.{b}.mlp.c_fc_0                    blk.{b}.ffn_gate
                            transformer.h.{b}.mlp.c_fc_1                    blk.{b}.ffn_up
                            transformer.h.{b}.mlp.c_proj                    blk.{b}.ffn_down
                            """)
                    .build(),
            Architecture.named("exaone4")
                    .models("Exaone4ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("max_position_embeddings", 2048)
                    .unlessNamed("sliding_window", new JsonValue.Int(4096))
                    .derived("layer_types", Exaones::layers)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::slidingWindow)
                    .extra(RopeFactors::llama3)
                    .tensors("""
                            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm
                            """ + DecoderTensors.BLOCKS)
                    .build());

    private Exaones() {}

    private static void checkActivation(ModelConfig config, Keys keys) {
        String activation = config.text("activation_function").orElse("silu");
        if (!activation.equals("silu")) {
            throw new ConvertException(
                    ConvertException.Kind.CONFIG,
                    config.file(),
                    "its activation function is " + activation,
                    "llama.cpp has EXAONE with silu alone, so this model cannot be converted");
        }
    }

    /** By a number, each layer of which sees everything, or by letters, of which L slides: {@code LLLG}. */
    private static JsonValue layers(ModelConfig config) {
        Optional<JsonValue> pattern = config.find("sliding_window_pattern");
        Optional<String> letters = pattern.flatMap(JsonValue::text).filter(text -> !text.isEmpty());
        if (letters.isEmpty()) {
            return LayerTypes.everyFull(config, pattern.isPresent() ? config.count("sliding_window_pattern") : 4);
        }
        return new JsonValue.Items(IntStream.range(0, config.blockCount())
                .mapToObj(layer -> letters.get().charAt(layer % letters.get().length()))
                .<JsonValue>map(letter -> new JsonValue.Text(letter == 'L' ? "sliding_attention" : "full_attention"))
                .toList());
    }
}
