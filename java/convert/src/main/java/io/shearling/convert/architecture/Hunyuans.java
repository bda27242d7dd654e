package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Tencent's Hunyuan, dense. */
final class Hunyuans {
    /** The length of a text that models with a stretched base can read; some configurations say an eighth of it. */
    private static final int CONTEXT = 262_144;

    static final List<Architecture> ALL = List.of(Architecture.named("hunyuan-dense")
            .models("HunYuanDenseV1ForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 2048)
            .derived("num_key_value_heads", DecoderKeys::heads)
            // Some say that they have experts, and are dense all the same.
            .replaced("num_experts", config -> new JsonValue.Null())
            .keys(DecoderKeys.COMMON, Hunyuans::stretched)
            .withoutTiedHead()
            .tensors("""
                    model.layers.{b}.self_attn.query_layernorm      blk.{b}.attn_q_norm
                    model.layers.{b}.self_attn.key_layernorm        blk.{b}.attn_k_norm
                    """ + DecoderTensors.BLOCKS)
            .late(Hunyuans::endOfTurn)
            .repairs((config, keys) ->
                    config.integer("eod_token_id").ifPresent(id -> keys.whole().u32("tokenizer.ggml.eos_token_id", id)))
            .build());

    private Hunyuans() {}

    /** The base of the frequencies, stretched by a power of {@code alpha} for long texts. */
    private static void stretched(ModelConfig config, Keys keys) {
        RopeParameters rope = RopeParameters.of(config);
        if (!rope.type().orElse("").equals("dynamic")) {
            return;
        }
        double base = rope.number("rope_theta").orElse(10_000.0);
        int context = config.count("max_position_embeddings");
        if (base != 10_000 || (context != CONTEXT && context != CONTEXT / 8)) {
            throw new ConvertException(
                    ConvertException.Kind.CONFIG,
                    config.file(),
                    "its dynamic rope has the base " + base + " and " + context + " positions",
                    "only 10000 with " + CONTEXT / 8 + " or " + CONTEXT + " positions is known");
        }
        double length = config.integer("head_dim")
                .orElseGet(() -> (long) config.count("hidden_size") / config.count("num_attention_heads"));
        double alpha = rope.number("alpha").orElse(50.0);
        keys.f32("rope.freq_base", base * Math.pow(alpha, length / (length - 2)))
                .text("rope.scaling.type", "none")
                .f32("rope.scaling.factor", 1)
                .u32("rope.scaling.original_context_length", CONTEXT)
                .u32("context_length", CONTEXT);
    }

    /** The first of several tokens that end a generation ends a turn. */
    private static void endOfTurn(ModelConfig config, GgufMetadata.Builder metadata) {
        JsonFile.readIfSound(config.folder().resolve("generation_config.json"))
                .flatMap(file -> file.find("eos_token_id"))
                .flatMap(JsonValue::items)
                .filter(ids -> ids.size() >= 2)
                .flatMap(ids -> ids.get(0).integer())
                .filter(id -> id >= 0 && id <= Integer.MAX_VALUE)
                .ifPresent(id -> metadata.put("tokenizer.ggml.eot_token_id", GgufValue.u32(id)));
    }
}
