package io.shearling.cli;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufString;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import java.util.ArrayList;
import java.util.List;

/** Metadata values on one line, shortened. */
final class MetadataText {
    /** Elements of an array that are shown. */
    static final int ELEMENTS = 5;

    private static final int CHARACTERS = 70;

    private MetadataText() {}

    /** The type, as {@code u32} or {@code string[49152]}. */
    static String type(GgufValue value) {
        return value instanceof GgufArray array
                ? array.toString()
                : value.type().label();
    }

    /** The value: strings in quotes and cut, of an array the first elements. */
    static String value(GgufValue value) {
        if (value instanceof GgufArray array) {
            List<String> shown = elements(array);
            if (array.size() > ELEMENTS) {
                shown.add("...");
            }
            return "[" + String.join(", ", shown) + "]";
        }
        return value instanceof GgufString string ? quoted(string.value(), CHARACTERS) : value.toString();
    }

    private static List<String> elements(GgufArray array) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < Math.min(array.size(), ELEMENTS); i++) {
            shown.add(element(array, i));
        }
        return shown;
    }

    private static String element(GgufArray array, int index) {
        GgufValueType type = array.elementType();
        if (type == GgufValueType.STRING) {
            return quoted(array.string(index), CHARACTERS);
        }
        if (type == GgufValueType.BOOL) {
            return Boolean.toString(array.bool(index));
        }
        if (type == GgufValueType.U64) {
            return Long.toUnsignedString(array.integer(index));
        }
        if (type == GgufValueType.F32) {
            return Float.toString((float) array.number(index));
        }
        return type.integer() ? Long.toString(array.integer(index)) : Double.toString(array.number(index));
    }

    /** A text in quotes on one line, of a long one the first so many characters. */
    static String quoted(String text, int characters) {
        int end = text.offsetByCodePoints(0, Math.min(characters, text.codePointCount(0, text.length())));
        String shown = Pieces.visible(text.substring(0, end));
        return "\"" + shown + "\"" + (end < text.length() ? "... (" + text.length() + " characters)" : "");
    }
}
