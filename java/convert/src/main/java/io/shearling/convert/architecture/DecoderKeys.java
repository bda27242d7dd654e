package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Optional;

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

    /** As the length of a head's part that turns, but rounded for all heads together. */
    static void partialRopeLengthOfHeads(ModelConfig config, Keys keys) {
        double factor =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(1.0);
        keys.u32(
                "rope.dimension_count",
                (long) (factor * config.count("hidden_size")) / config.count("num_attention_heads"));
    }

    /** The window of sliding attention, and which layers have it. */
    static void slidingWindow(ModelConfig config, Keys keys) {
        config.integer("sliding_window").ifPresent(window -> {
            keys.u32("attention.sliding_window", window);
            List<JsonValue> types =
                    config.find("layer_types").flatMap(JsonValue::items).orElse(List.of());
            boolean[] sliding = new boolean[types.size()];
            for (int i = 0; i < sliding.length; i++) {
                sliding[i] = types.get(i).text().equals(Optional.of("sliding_attention"));
            }
            keys.bools("attention.sliding_window_pattern", sliding);
        });
    }

    static void partialRopeLength(ModelConfig config, Keys keys) {
        double factor =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(1.0);
        int length = config.count("hidden_size") / config.count("num_attention_heads");
        keys.u32("rope.dimension_count", (long) (factor * length));
    }
}
