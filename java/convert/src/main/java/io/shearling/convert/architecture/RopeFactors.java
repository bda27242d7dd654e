package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Map;

/** Factors of rotary frequencies, which llama.cpp takes as a tensor. */
public final class RopeFactors {
    private RopeFactors() {}

    /** LongRoPE's factors, one list for long and one for short texts (<a href="https://arxiv.org/abs/2402.13753">paper</a>). */
    static List<Draft> longAndShort(ModelConfig config) {
        int half = config.count("hidden_size") / config.count("num_attention_heads") / 2;
        double part = RopeParameters.of(config).number("partial_rotary_factor").orElse(1.0);
        return longAndShort(config, (int) (part * half));
    }

    /** The same for heads of which so many pairs turn. */
    static List<Draft> longAndShort(ModelConfig config, int pairs) {
        RopeParameters rope = RopeParameters.of(config);
        return rope.numbers("long_factor").isEmpty()
                ? List.of()
                : List.of(
                        factors("rope_factors_long.weight", rope.numbers("long_factor"), pairs, config),
                        factors("rope_factors_short.weight", rope.numbers("short_factor"), pairs, config));
    }

    private static Draft factors(String name, List<Double> values, int wanted, ModelConfig config) {
        if (values.size() != wanted) {
            throw new ConvertException(
                    ConvertException.Kind.CONFIG,
                    config.file(),
                    "its rope scaling has " + values.size() + " factors where " + wanted + " are needed",
                    "fetch the checkpoint again");
        }
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return Draft.of(name, new Literal(floats), (long) floats.length);
    }

    /** What attention is multiplied with where LongRoPE or YaRN stretch the context. */
    static void longAttention(ModelConfig config, Keys keys) {
        RopeParameters rope = RopeParameters.of(config);
        if (rope.numbers("long_factor").isEmpty()) {
            return;
        }
        double before = rope.number("original_max_position_embeddings").orElse(4096.0);
        double scale = config.count("max_position_embeddings") / before;
        double factor = 1;
        if (scale > 1) {
            factor = rope.type().orElse("").equals("yarn")
                    ? 0.1 * Math.log(scale) + 1
                    : Math.sqrt(1 + Math.log(scale) / Math.log(before));
        }
        keys.f32("rope.scaling.attn_factor", factor);
    }

    /** How a configuration says that its rotary embedding is stretched as Llama 3's. */
    static JsonValue llama3Of(double factor, double low, double high, long context) {
        return new JsonValue.Fields(Map.of(
                "rope_type", new JsonValue.Text("llama3"),
                "factor", new JsonValue.Real(factor),
                "low_freq_factor", new JsonValue.Real(low),
                "high_freq_factor", new JsonValue.Real(high),
                "original_max_position_embeddings", new JsonValue.Int(context)));
    }

    /**
     * Those of Llama 3: long wavelengths are stretched by a factor, short ones are not, and between the two it is mixed. Every step
     * is rounded to f32, as PyTorch does it, which divides a number by a tensor by way of the reciprocal, so that the result is the same
     * bit for bit; only where PyTorch rounds a power wrong in its last place can a factor be off by as little.
     */
    static List<Draft> llama3(ModelConfig config) {
        RopeParameters rope = RopeParameters.of(config);
        if (!rope.type().orElse("").equalsIgnoreCase("llama3")) {
            return List.of();
        }
        double base = rope.number("rope_theta").orElse(10_000.0);
        int length = config.integer("head_dim")
                .map(Math::toIntExact)
                .orElseGet(() -> config.count("hidden_size") / config.count("num_attention_heads"));
        double factor = rope.number("factor").orElse(8.0);
        double low = rope.number("low_freq_factor").orElse(1.0);
        double high = rope.number("high_freq_factor").orElse(4.0);
        double context = rope.number("original_max_position_embeddings").orElse(8192.0);
        float[] factors = llama3(base, length, factor, low, high, context);
        return List.of(Draft.of("rope_freqs.weight", new Literal(factors), (long) factors.length));
    }

    /**
     * The factors themselves.
     *
     * @param base of the frequencies
     * @param length elements of a head
     * @param factor the stretch of the longest wavelengths
     * @param low so many wavelengths or fewer within the context are stretched wholly
     * @param high so many or more are not stretched
     * @param context the length of text that the model was trained with at first
     */
    public static float[] llama3(double base, int length, double factor, double low, double high, double context) {
        float[] factors = new float[length / 2];
        for (int i = 0; i < factors.length; i++) {
            float exponent = (float) (2 * i) / length;
            float frequency = 1 / (float) Math.pow(base, exponent);
            float wavelength = 1 / frequency * (float) (2 * Math.PI);
            if (wavelength < context / high) {
                factors[i] = 1;
            } else if (wavelength > context / low) {
                factors[i] = (float) factor;
            } else {
                float smooth = (1 / wavelength * (float) context - (float) low) / (float) (high - low);
                factors[i] = 1 / ((1 - smooth) / (float) factor + smooth);
            }
        }
        return factors;
    }
}
