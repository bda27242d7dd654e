package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import java.util.List;

/** Factors of rotary frequencies, which llama.cpp takes as a tensor. */
final class RopeFactors {
    private RopeFactors() {}

    /**
     * Those of Llama 3: long wavelengths are stretched by a factor, short ones are not, and between the two it is mixed. Every step
     * is rounded to f32, as PyTorch does it, so that the result is the same bit for bit.
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
        float[] factors = new float[length / 2];
        for (int i = 0; i < factors.length; i++) {
            float exponent = (float) (2 * i) / length;
            float frequency = 1 / (float) Math.pow(base, exponent);
            float wavelength = (float) (2 * Math.PI) / frequency;
            if (wavelength < context / high) {
                factors[i] = 1;
            } else if (wavelength > context / low) {
                factors[i] = (float) factor;
            } else {
                float smooth = ((float) context / wavelength - (float) low) / (float) (high - low);
                factors[i] = 1 / ((1 - smooth) / (float) factor + smooth);
            }
        }
        return List.of(Draft.of("rope_freqs.weight", new Literal(factors), (long) factors.length));
    }
}
