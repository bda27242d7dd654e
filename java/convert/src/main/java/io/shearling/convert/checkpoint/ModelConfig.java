package io.shearling.convert.checkpoint;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hyperparameters of a model: what {@code config.json} says, a nested text model's over the whole's, and beneath it what the
 * model's class in transformers 4.57.6 would add. Immutable.
 */
public final class ModelConfig {
    private static final String AGAIN = "fetch the checkpoint again";

    /** What a configuration of several models calls the one for text. */
    private static final List<String> TEXT_MODELS =
            List.of("text_config", "llm_config", "lm_config", "language_config", "lfm");

    private final String file;
    private final JsonValue.Fields raw;
    private final Map<String, JsonValue> values;

    private ModelConfig(String file, JsonValue.Fields raw, Map<String, JsonValue> values) {
        this.file = file;
        this.raw = raw;
        this.values = values;
    }

    /**
     * Reads the file.
     *
     * @throws ConvertException when there is none, or it is no JSON object
     */
    public static ModelConfig read(Path path) {
        return of(path.toString(), JsonFile.read(path));
    }

    /**
     * What a file says.
     *
     * @param file for messages
     */
    public static ModelConfig of(String file, JsonValue.Fields raw) {
        return new ModelConfig(file, raw, flattened(raw));
    }

    /**
     * What a file would say that has these values.
     *
     * @param file where it would be
     */
    public static ModelConfig of(Path file, JsonValue.Fields values) {
        return new ModelConfig(file.toString(), values, flattened(values));
    }

    private static Map<String, JsonValue> flattened(JsonValue.Fields raw) {
        Map<String, JsonValue> values = new LinkedHashMap<>(raw.values());
        for (String name : TEXT_MODELS) {
            Optional<JsonValue.Fields> text = raw.find(name).flatMap(JsonValue::fields);
            if (text.isPresent()) {
                values.putAll(text.get().values());
                break;
            }
        }
        return values;
    }

    /** The file it was read from, for messages. */
    public String file() {
        return file;
    }

    /** The folder of the checkpoint. */
    public Path folder() {
        Path parent = Path.of(file).getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** What the file says, as it says it. */
    public JsonValue.Fields raw() {
        return raw;
    }

    /** The same, with the values of these names where only the model's class has one. */
    public JsonValue.Fields rawWith(String... names) {
        Map<String, JsonValue> more = new LinkedHashMap<>(raw.values());
        for (String name : names) {
            find(name).ifPresent(value -> more.putIfAbsent(name, value));
        }
        return new JsonValue.Fields(more);
    }

    /** The name of the model's class in transformers; that of the text model where there are several. */
    public String architecture() {
        return find("architectures")
                .flatMap(JsonValue::items)
                .filter(items -> !items.isEmpty())
                .flatMap(items -> items.get(0).text())
                .orElseThrow(() -> new ConvertException(
                        Kind.CONFIG, file, "it names no architecture", "add the class, as \"architectures\": [\"…\"]"));
    }

    /** With this value instead of the one that is there, if any. */
    public ModelConfig with(String name, JsonValue value) {
        Map<String, JsonValue> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new ModelConfig(file, raw, more);
    }

    /** Whether there is a value under this name, be it {@code null}. */
    public boolean names(String name) {
        return values.containsKey(name);
    }

    /** The value under the first of these names that has one other than {@code null}. */
    public Optional<JsonValue> find(String... names) {
        for (String name : names) {
            JsonValue value = values.get(name);
            if (value != null && !(value instanceof JsonValue.Null)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** The integer under the first of these names that has a value. */
    public Optional<Long> integer(String... names) {
        return find(names)
                .map(value -> value.integer()
                        .or(() -> value.number()
                                .filter(number -> number == Math.rint(number))
                                .map(Double::longValue))
                        .orElseThrow(() -> wrong(names[0], "no integer")));
    }

    /** The number under the first of these names that has a value. */
    public Optional<Double> number(String... names) {
        return find(names).map(value -> value.number().orElseThrow(() -> wrong(names[0], "no number")));
    }

    /**
     * A list of numbers; a number that is none counts as a list of itself.
     *
     * @param count how many there are at least
     * @throws ConvertException when it is missing or shorter
     */
    public List<Double> numbers(String name, int count) {
        JsonValue value = find(name).orElseThrow(() -> wrong(name, "missing"));
        List<Double> numbers = value.items().orElse(List.of(value)).stream()
                .map(item -> item.number().orElseThrow(() -> wrong(name, "no list of numbers")))
                .toList();
        if (numbers.size() < count) {
            throw wrong(name, "shorter than " + count);
        }
        return numbers;
    }

    /** The text under the first of these names that has a value. */
    public Optional<String> text(String... names) {
        return find(names).map(value -> value.text().orElseThrow(() -> wrong(names[0], "no text")));
    }

    /** Whether this is true; false where it is missing. */
    public boolean flag(String name) {
        return find(name)
                .map(value -> value.bool().orElseThrow(() -> wrong(name, "neither true nor false")))
                .orElse(false);
    }

    /** The object under this name. */
    public Optional<JsonValue.Fields> fields(String name) {
        return find(name).flatMap(JsonValue::fields);
    }

    /**
     * The positive integer under the first of these names.
     *
     * @throws ConvertException when it is missing, or none that a model can have
     */
    public int count(String... names) {
        long value = integer(names).orElseThrow(() -> wrong(names[0], "missing"));
        if (value <= 0 || value > Integer.MAX_VALUE) {
            throw wrong(names[0], Long.toString(value));
        }
        return (int) value;
    }

    /**
     * The positive number under the first of these names.
     *
     * @throws ConvertException when it is missing or not positive
     */
    public double positive(String... names) {
        double value = number(names).orElseThrow(() -> wrong(names[0], "missing"));
        if (!(value > 0)) {
            throw wrong(names[0], Double.toString(value));
        }
        return value;
    }

    /** The number of layers, by the names that architectures have for it. */
    public int blockCount() {
        return count("n_layers", "num_hidden_layers", "n_layer", "num_layers");
    }

    private ConvertException wrong(String name, String what) {
        return new ConvertException(Kind.CONFIG, file, name + " is " + what, AGAIN);
    }
}
