package io.shearling.convert.export;

import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Puts into a {@code config.json} what follows from the keys of a GGUF file. */
@FunctionalInterface
interface ConfigRule {
    void put(GgufModel model, Map<String, JsonValue> config);

    /** The same value for all models. */
    static ConfigRule constant(String name, Object value) {
        return (model, config) -> config.put(name, JsonValue.of(value));
    }

    /**
     * Values that are only copied: a line has the name in the configuration, then the key, or several with bars between of which the
     * first that is there counts, at last perhaps a number for where none is.
     */
    static ConfigRule table(String text) {
        List<List<String>> lines = text.lines()
                .map(line -> Pattern.compile("\\s+").splitAsStream(line.strip()).toList())
                .toList();
        return (model, config) -> {
            for (List<String> words : lines) {
                for (String key : words.get(1).split("\\|", -1)) {
                    Optional<JsonValue> value = number(key).or(() -> model.find(key));
                    if (value.isPresent()) {
                        config.put(words.get(0), value.get());
                        break;
                    }
                }
            }
        };
    }

    private static Optional<JsonValue> number(String text) {
        return text.matches("[0-9.]+") ? Optional.of(new JsonValue.Real(Double.parseDouble(text))) : Optional.empty();
    }
}
