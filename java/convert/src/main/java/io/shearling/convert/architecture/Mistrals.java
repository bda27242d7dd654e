package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import java.util.List;
import java.util.Optional;

/** Mistral Small 3 and Ministral 3, with or without a part for images. */
final class Mistrals {
    static final List<Architecture> ALL = List.of(Architecture.named("mistral3")
            .models("Mistral3ForConditionalGeneration", "Ministral3ForCausalLM")
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("num_key_value_heads", 8)
            .byDefault("max_position_embeddings", 131_072)
            .keys(
                    Mistrals::checkKind,
                    DecoderKeys.COMMON,
                    KeyRule.u32("vocab_size", "vocab_size"),
                    DecoderKeys::ropeLength,
                    Mistrals::temperature)
            .extra(RopeFactors::llama3)
            .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.LLAMA)
            .build());

    private Mistrals() {}

    private static String kind(ModelConfig config) {
        return config.text("model_type").orElse("");
    }

    private static void checkKind(ModelConfig config, Keys keys) {
        if (kind(config).equals("mistral4")) {
            throw new ConvertException(
                    ConvertException.Kind.ARCHITECTURE,
                    config.file(),
                    "its text model is Mistral 4",
                    "only Mistral Small 3 and Ministral 3 can be converted");
        }
    }

    /** How attention grows sharper with the length of a text. */
    private static void temperature(ModelConfig config, Keys keys) {
        if (!kind(config).equals("ministral3")) {
            return;
        }
        RopeParameters rope = RopeParameters.of(config);
        Optional<Double> scale = rope.number("mscale_all_dim");
        Optional<Double> beta = rope.number("llama_4_scaling_beta");
        if (!rope.type().orElse("").equals("yarn") || scale.isEmpty() || beta.isEmpty()) {
            throw new ConvertException(
                    ConvertException.Kind.CONFIG,
                    config.file(),
                    "its rope_parameters lack yarn, mscale_all_dim or llama_4_scaling_beta",
                    "fetch the checkpoint again");
        }
        keys.f32("rope.scaling.yarn_log_multiplier", scale.get()).f32("attention.temperature_scale", beta.get());
    }
}
