package io.shearling.convert.export;

import io.shearling.convert.architecture.RopeFactors;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the rotary embedding is stretched, from keys and from the factors of frequencies that llama.cpp has as a tensor. */
final class RopeScaling {
    private static final String FACTORS = "rope_freqs.weight";
    private static final String ORIGINAL = "original_max_position_embeddings";

    /** The lengths that Llama 3's are trained with, and other powers of two. */
    private static final long[] LENGTHS = {
        8192, 64, 128, 256, 512, 1024, 2048, 4096, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576
    };

    private static final double[] FACTORS_WITHOUT_LAST = {8, 32, 2, 4, 16, 64, 128};

    private RopeScaling() {}

    /** Puts what there is. */
    static void put(GgufModel model, Map<String, JsonValue> config) {
        Optional<float[]> factors = model.floats(FACTORS);
        String type = model.find("rope.scaling.type").flatMap(JsonValue::text).orElse("none");
        if (factors.isPresent()) {
            config.put("rope_scaling", llama3(model, config, factors.get()));
        } else if (!type.equals("none")) {
            config.put("rope_scaling", byKeys(model, type));
        }
    }

    /** LongRoPE's two lists of factors (<a href="https://arxiv.org/abs/2402.13753">paper</a>). */
    static void putLong(GgufModel model, Map<String, JsonValue> config) {
        Optional<float[]> longFactors = model.floats("rope_factors_long.weight");
        Optional<float[]> shortFactors = model.floats("rope_factors_short.weight");
        if (longFactors.isPresent() && shortFactors.isPresent()) {
            config.put(
                    "rope_scaling",
                    JsonValue.object(
                            "type", "longrope",
                            "long_factor", numbers(longFactors.get()),
                            "short_factor", numbers(shortFactors.get())));
        }
    }

    private static List<Double> numbers(float[] floats) {
        List<Double> numbers = new ArrayList<>();
        for (float one : floats) {
            // The shortest number that is the same float.
            numbers.add(Double.parseDouble(Float.toString(one)));
        }
        return numbers;
    }

    /** The part of each head that is rotated, a number of which a converter makes the same count again. */
    static void putPart(GgufModel model, Map<String, JsonValue> config) {
        model.integer("rope.dimension_count").ifPresent(count -> {
            long length = model.count("embedding_length") / model.count("attention.head_count");
            double part = (double) count / length;
            config.put(
                    "partial_rotary_factor", JsonValue.of((long) (part * length) == count ? part : Math.nextUp(part)));
        });
    }

    private static JsonValue byKeys(GgufModel model, String type) {
        if (!type.equals("linear") && !type.equals("yarn")) {
            throw model.fault("its rope scaling is " + type);
        }
        Map<String, JsonValue> scaling = new LinkedHashMap<>();
        scaling.put("rope_type", JsonValue.of(type));
        ConfigRule.table("""
                factor                          rope.scaling.factor
                original_max_position_embeddings    rope.scaling.original_context_length
                extrapolation_factor            rope.scaling.yarn_ext_factor
                attention_factor                rope.scaling.yarn_attn_factor
                beta_fast                       rope.scaling.yarn_beta_fast
                beta_slow                       rope.scaling.yarn_beta_slow""").put(model, scaling);
        return new JsonValue.Fields(scaling);
    }

    /** The parameters that give these factors: the last is the whole stretch, the others are those of all Llamas. */
    private static JsonValue llama3(GgufModel model, Map<String, JsonValue> config, float[] factors) {
        int length = Math.toIntExact(model.integer("attention.key_length")
                .orElseGet(() -> model.count("embedding_length") / model.count("attention.head_count")));
        double base = Optional.ofNullable(config.get("rope_theta"))
                .flatMap(JsonValue::number)
                .orElseThrow();
        double[] stretches = factors.length > 0 && factors[factors.length - 1] > 1
                ? new double[] {factors[factors.length - 1]}
                : new double[0];
        for (double stretch : concat(stretches, FACTORS_WITHOUT_LAST)) {
            for (long original : LENGTHS) {
                if (near(RopeFactors.llama3(base, length, stretch, 1, 4, (double) original), factors)) {
                    return JsonValue.object(
                            "rope_type",
                            "llama3",
                            "factor",
                            stretch,
                            "low_freq_factor",
                            1.0,
                            "high_freq_factor",
                            4.0,
                            ORIGINAL,
                            original);
                }
            }
        }
        throw model.fault("its " + FACTORS + " are those of no llama3 scaling that is known");
    }

    /** Powers are not computed alike everywhere, so the last bits may differ. */
    private static boolean near(float[] one, float[] other) {
        boolean near = one.length == other.length;
        for (int i = 0; near && i < one.length; i++) {
            near = Math.abs(one[i] - other[i]) <= 1e-5f * Math.abs(other[i]);
        }
        return near;
    }

    private static double[] concat(double[] one, double[] other) {
        double[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
