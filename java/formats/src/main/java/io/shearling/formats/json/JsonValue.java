package io.shearling.formats.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of a JSON text. Integers and other numbers are told apart as they were written. Immutable. */
public sealed interface JsonValue {
    /** {@code null}. */
    record Null() implements JsonValue {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements JsonValue {}

    /** A number without fraction and exponent. */
    record Int(long value) implements JsonValue {}

    /** Any other number, {@code NaN} and infinities included. */
    record Real(double value) implements JsonValue {}

    /** A text. */
    record Text(String value) implements JsonValue {}

    /** A list. */
    record Items(List<JsonValue> values) implements JsonValue {
        /** Copies the list. */
        public Items {
            values = List.copyOf(values);
        }
    }

    /** An object, its fields in the order of the text. */
    record Fields(Map<String, JsonValue> values) implements JsonValue {
        /** Copies the map. */
        public Fields {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        /** The value of a field that is there and not {@code null}. */
        public Optional<JsonValue> find(String name) {
            return Optional.ofNullable(values.get(name)).filter(value -> !(value instanceof Null));
        }
    }

    /**
     * An object of names and values in turn: texts, truth values, integers and other numbers as Java has them, lists, values of JSON,
     * and {@code null}.
     *
     * @throws IllegalArgumentException when a name or a value is none of these
     */
    static Fields object(@Nullable Object... namesAndValues) {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            values.put(String.valueOf(namesAndValues[i]), of(namesAndValues[i + 1]));
        }
        return new Fields(values);
    }

    /** One value of {@link #object}. */
    static JsonValue of(@Nullable Object value) {
        if (value == null) {
            return new Null();
        }
        if (value instanceof JsonValue json) {
            return json;
        }
        if (value instanceof String text) {
            return new Text(text);
        }
        if (value instanceof Boolean bool) {
            return new Bool(bool);
        }
        if (value instanceof Integer || value instanceof Long) {
            return new Int(((Number) value).longValue());
        }
        if (value instanceof Double number) {
            return new Real(number);
        }
        if (value instanceof List<?> items) {
            return new Items(items.stream().map(JsonValue::of).toList());
        }
        throw new IllegalArgumentException("JSON has no value for " + value.getClass() + ".");
    }

    /** The text, when it is one. */
    default Optional<String> text() {
        return this instanceof Text text ? Optional.of(text.value()) : Optional.empty();
    }

    /** The truth value, when it is one. */
    default Optional<Boolean> bool() {
        return this instanceof Bool bool ? Optional.of(bool.value()) : Optional.empty();
    }

    /** The number, when it is one. */
    default Optional<Double> number() {
        if (this instanceof Int integer) {
            return Optional.of((double) integer.value());
        }
        return this instanceof Real real ? Optional.of(real.value()) : Optional.empty();
    }

    /** The integer, when it is one. */
    default Optional<Long> integer() {
        return this instanceof Int integer ? Optional.of(integer.value()) : Optional.empty();
    }

    /** The object, when it is one. */
    default Optional<Fields> fields() {
        return this instanceof Fields fields ? Optional.of(fields) : Optional.empty();
    }

    /** The elements, when it is a list. */
    default Optional<List<JsonValue>> items() {
        return this instanceof Items items ? Optional.of(items.values()) : Optional.empty();
    }
}
