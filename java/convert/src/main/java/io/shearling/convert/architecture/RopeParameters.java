package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of the rotary embedding, which configurations of transformers 4 have beside the others and those of 5 in an object
 * of their own, there sometimes once for full and once for sliding attention.
 */
public final class RopeParameters {
    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";

    private final JsonValue.Fields all;

    private RopeParameters(JsonValue.Fields all) {
        this.all = all;
    }

    /** Those of a configuration. */
    public static RopeParameters of(ModelConfig config) {
        Map<String, JsonValue> values = new LinkedHashMap<>(config.fields("rope_parameters")
                .or(() -> config.fields("rope_scaling"))
                .map(JsonValue.Fields::values)
                .orElse(Map.of()));
        if (!values.containsKey(FULL) && !values.containsKey(SLIDING)) {
            config.find(
                            "local_rope_theta",
                            "rope_local_theta",
                            "rope_theta_local",
                            "swa_rope_theta",
                            "rope_local_base_freq")
                    .ifPresent(theta -> values.put(SLIDING, new JsonValue.Fields(Map.of("rope_theta", theta))));
            config.find("global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta", "rotary_emb_base")
                    .ifPresent(theta -> values.putIfAbsent("rope_theta", theta));
            Optional.ofNullable(values.get("type")).ifPresent(type -> values.putIfAbsent("rope_type", type));
            config.find("partial_rotary_factor", "rope_pct", "rope_percent")
                    .ifPresent(factor -> values.putIfAbsent("partial_rotary_factor", factor));
            config.find("original_max_position_embeddings")
                    .ifPresent(length -> values.putIfAbsent("original_max_position_embeddings", length));
        }
        return new RopeParameters(new JsonValue.Fields(values));
    }

    /** The object itself. */
    JsonValue.Fields all() {
        return all;
    }

    /** Those of full attention, or of all layers where they are not told apart. */
    JsonValue.Fields full() {
        return all.find(FULL).flatMap(JsonValue::fields).orElse(all);
    }

    /** What is scaled: {@code linear}, {@code yarn}, {@code llama3}, … */
    public Optional<String> type() {
        return full().find("rope_type").flatMap(JsonValue::text);
    }

    /** A number among those of full attention. */
    public Optional<Double> number(String name) {
        return full().find(name).flatMap(JsonValue::number);
    }

    /** A list of numbers among those of full attention, empty where there is none. */
    List<Double> numbers(String name) {
        return full().find(name).flatMap(JsonValue::items).orElse(List.of()).stream()
                .flatMap(value -> value.number().stream())
                .toList();
    }

    /** The base of the frequencies in sliding attention. */
    Optional<Double> slidingBase() {
        return all.find(SLIDING)
                .flatMap(JsonValue::fields)
                .flatMap(sliding -> sliding.find("rope_theta"))
                .flatMap(JsonValue::number);
    }
}
