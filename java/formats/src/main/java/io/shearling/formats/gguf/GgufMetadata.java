package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The keys and values of a GGUF file, in its order. Immutable and thread-safe.
 *
 * <p>Each kind of value has two methods: one that throws {@link GgufException} when the key is missing, and a finder
 * that gives nothing then. Both throw when the value has another type.
 */
public final class GgufMetadata {
    private final String file;
    private final Map<String, GgufValue> values;

    GgufMetadata(String file, Map<String, GgufValue> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these keys and values. */
    public Builder toBuilder() {
        return new Builder().putAll(this);
    }

    /** The file that the values come from, as messages name it. */
    public String file() {
        return file;
    }

    /** The keys in order. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** How many keys there are. */
    public int size() {
        return values.size();
    }

    /** Whether the key is there. */
    public boolean contains(String key) {
        return values.containsKey(key);
    }

    /** The value of a key, whatever its type. */
    public Optional<GgufValue> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The value of a key, whatever its type. */
    public GgufValue value(String key) {
        return find(key).orElseThrow(() -> missing(key));
    }

    /** The text of a key. */
    public Optional<String> findString(String key) {
        return find(key).map(value -> {
            if (value instanceof GgufString string) {
                return string.value();
            }
            throw wrongType(key, value, "a string");
        });
    }

    /** The text of a key. */
    public String string(String key) {
        return findString(key).orElseThrow(() -> missing(key));
    }

    /** The integer of a key, of any integer type; a u64 of 2^63 and more is refused. */
    public OptionalLong findInteger(String key) {
        Optional<GgufValue> value = find(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (value.get() instanceof GgufInteger integer) {
            if (integer.type() == GgufValueType.U64 && integer.value() < 0) {
                throw new GgufException(
                        Kind.VALUE,
                        file,
                        "the key " + key + " has the value " + integer + ", which is beyond 2^63",
                        "convert the model again");
            }
            return OptionalLong.of(integer.value());
        }
        throw wrongType(key, value.get(), "an integer");
    }

    /** The integer of a key, of any integer type; a u64 of 2^63 and more is refused. */
    public long integer(String key) {
        return findInteger(key).orElseThrow(() -> missing(key));
    }

    /** The number of a key, integer or float. */
    public OptionalDouble findNumber(String key) {
        Optional<GgufValue> value = find(key);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (value.get() instanceof GgufFloat number) {
            return OptionalDouble.of(number.value());
        }
        if (value.get() instanceof GgufInteger) {
            return OptionalDouble.of((double) integer(key));
        }
        throw wrongType(key, value.get(), "a number");
    }

    /** The number of a key, integer or float. */
    public double number(String key) {
        return findNumber(key).orElseThrow(() -> missing(key));
    }

    /** The boolean of a key. */
    public Optional<Boolean> findBool(String key) {
        return find(key).map(value -> {
            if (value instanceof GgufBool bool) {
                return bool.value();
            }
            throw wrongType(key, value, "a boolean");
        });
    }

    /** The boolean of a key. */
    public boolean bool(String key) {
        return findBool(key).orElseThrow(() -> missing(key));
    }

    /** The array of a key, its elements not yet decoded. */
    public Optional<GgufArray> findArray(String key) {
        return find(key).map(value -> {
            if (value instanceof GgufArray array) {
                return array;
            }
            throw wrongType(key, value, "an array");
        });
    }

    /** The array of a key, its elements not yet decoded. */
    public GgufArray array(String key) {
        return findArray(key).orElseThrow(() -> missing(key));
    }

    /** The array of a key, whose elements must have the given type. */
    public GgufArray array(String key, GgufValueType elementType) {
        GgufArray array = array(key);
        if (array.elementType() != elementType) {
            throw wrongType(key, array, "an array of " + elementType.label());
        }
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GgufMetadata metadata && values.equals(metadata.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** How many keys of which file. */
    @Override
    public String toString() {
        return values.size() + " keys of " + file;
    }

    private GgufException missing(String key) {
        return new GgufException(
                Kind.MISSING_KEY,
                file,
                "the key " + key + " is missing",
                "convert the model again with a converter that writes it");
    }

    private GgufException wrongType(String key, GgufValue value, String wanted) {
        String found =
                value instanceof GgufArray ? value.toString() : value.type().label();
        return new GgufException(
                Kind.VALUE,
                file,
                "the key " + key + " should be " + wanted + " but is " + found,
                "convert the model again");
    }

    /** Collects keys and values in order; for one thread. */
    public static final class Builder {
        private final Map<String, GgufValue> values = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a key, or gives a key that is there another value in its old place.
         *
         * @throws IllegalArgumentException when the key is empty, longer than 65,535 bytes, or has a NUL
         */
        public Builder put(String key, GgufValue value) {
            int bytes = key.getBytes(StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > GgufLimits.MAX_KEY_BYTES || key.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("A GGUF key has 1 to " + GgufLimits.MAX_KEY_BYTES
                        + " bytes and no NUL; this one has " + bytes + ".");
            }
            values.put(key, value);
            return this;
        }

        /** Adds or replaces a string. */
        public Builder put(String key, String value) {
            return put(key, GgufValue.string(value));
        }

        /** Adds or replaces all keys of other metadata, in its order. */
        public Builder putAll(GgufMetadata other) {
            values.putAll(other.values);
            return this;
        }

        /** Removes a key if it is there. */
        public Builder remove(String key) {
            values.remove(key);
            return this;
        }

        /** The metadata with all that was put so far. */
        public GgufMetadata build() {
            return new GgufMetadata("new metadata", values);
        }
    }
}
