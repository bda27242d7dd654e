package io.shearling.formats.diff;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A key in which two files differ.
 *
 * @param key its name
 * @param kind how it differs
 * @param one the first file's value, empty where it has none
 * @param other the second's
 */
public record KeyDifference(String key, Kind kind, Optional<GgufValue> one, Optional<GgufValue> other) {
    /** How a key differs. */
    public enum Kind {
        /** The second file has none. */
        ONLY_IN_FIRST,
        /** The first file has none. */
        ONLY_IN_SECOND,
        /** The values are of two types, or arrays of two types. */
        TYPE,
        /** The values are of one type, and two. */
        VALUE,
        /** The values are the same, and the key is at another place among those that both have. */
        ORDER
    }

    /** What differs between two sets of keys. */
    public static List<KeyDifference> between(GgufMetadata one, GgufMetadata other) {
        Set<String> moved = Moved.between(one.keys(), other.keys());
        List<KeyDifference> differences = new ArrayList<>();
        for (String key : one.keys()) {
            kind(one.value(key), other.find(key), moved.contains(key))
                    .ifPresent(kind -> differences.add(new KeyDifference(key, kind, one.find(key), other.find(key))));
        }
        for (String key : other.keys()) {
            if (!one.contains(key)) {
                differences.add(new KeyDifference(key, Kind.ONLY_IN_SECOND, Optional.empty(), other.find(key)));
            }
        }
        return List.copyOf(differences);
    }

    private static Optional<Kind> kind(GgufValue one, Optional<GgufValue> other, boolean moved) {
        if (other.isEmpty()) {
            return Optional.of(Kind.ONLY_IN_FIRST);
        }
        if (!sameType(one, other.get())) {
            return Optional.of(Kind.TYPE);
        }
        if (!one.equals(other.get())) {
            return Optional.of(Kind.VALUE);
        }
        return moved ? Optional.of(Kind.ORDER) : Optional.empty();
    }

    private static boolean sameType(GgufValue one, GgufValue other) {
        if (one instanceof GgufArray array && other instanceof GgufArray second) {
            return array.elementType() == second.elementType();
        }
        return one.type() == other.type();
    }

    /** Where two arrays of one type begin to differ: at the length of the shorter, if not before; empty for other values. */
    public OptionalInt firstElement() {
        if (kind != Kind.VALUE || !(one.orElse(null) instanceof GgufArray first)) {
            return OptionalInt.empty();
        }
        GgufArray second = (GgufArray) other.orElseThrow();
        int shared = Math.min(first.size(), second.size());
        for (int i = 0; i < shared; i++) {
            if (!first.element(i).equals(second.element(i))) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.of(shared);
    }
}
