package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;

/** Keys and defaults that many decoders share. */
final class DecoderKeys {
    /** What upstream writes of nearly every decoder. */
    static final KeyRule COMMON = new CommonKeys();

    private DecoderKeys() {}

    static JsonValue heads(ModelConfig config) {
        return new JsonValue.Int(config.count("num_attention_heads"));
    }

    static JsonValue headLength(ModelConfig config) {
        return new JsonValue.Int(config.count("hidden_size") / config.count("num_attention_heads"));
    }

    static void ropeLength(ModelConfig config, Keys keys) {
        keys.u32(
                "rope.dimension_count",
                config.integer("head_dim")
                        .orElseGet(() -> (long) config.count("hidden_size") / config.count("num_attention_heads")));
    }

    static void partialRopeLength(ModelConfig config, Keys keys) {
        double factor =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(1.0);
        int length = config.count("hidden_size") / config.count("num_attention_heads");
        keys.u32("rope.dimension_count", (long) (factor * length));
    }
}
