package io.shearling.convert.golden;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A GGUF file in the words of the goldens, a line for each key and each tensor. */
record GgufText(GgufFile file) {
    private static final int SHOWN_NUMBERS = 16;
    private static final int SHOWN_TEXTS = 4;

    /** Cells of a row: name, type, extents, and these. */
    private static final int HASH = 3;

    private static final int VALUES = 4;

    List<String> keys() {
        return file.metadata().keys().stream()
                .map(key -> key + " " + value(file.metadata().value(key)))
                .toList();
    }

    List<String> tensors() {
        return file.tensors().stream()
                .map(tensor -> tensor.name() + " "
                        + tensor.type().name() + " "
                        + Arrays.toString(tensor.shape().extents()) + " "
                        + sha256(bytes(tensor)))
                .toList();
    }

    /** The keys of a golden in the same words. */
    static List<String> keys(List<List<JsonValue>> rows) {
        return rows.stream()
                .map(row -> row.get(0).text().orElseThrow() + " "
                        + row.get(1).text().orElseThrow() + " " + shown(row.get(2)))
                .toList();
    }

    /** The tensors of a golden in the same words. */
    static List<String> rows(List<List<JsonValue>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(GgufText::shown).collect(Collectors.joining(" ")))
                .toList();
    }

    /** The same; where it has values, and the file's are one unit in the last place away from them at most, the hash is the file's. */
    List<String> rowsNear(List<List<JsonValue>> rows) {
        return rows.stream()
                .map(row -> row.subList(0, HASH).stream().map(GgufText::shown).collect(Collectors.joining(" ", "", " "))
                        + hash(row))
                .toList();
    }

    private String hash(List<JsonValue> row) {
        if (row.size() > VALUES) {
            byte[] expected = Base64.getDecoder().decode(shown(row.get(VALUES)));
            Optional<byte[]> near = file.tensors().stream()
                    .filter(tensor -> tensor.name().equals(shown(row.get(0))))
                    .map(this::bytes)
                    .filter(actual -> near(actual, expected))
                    .findFirst();
            if (near.isPresent()) {
                return sha256(near.get());
            }
        }
        return shown(row.get(HASH));
    }

    private static boolean near(byte[] actual, byte[] expected) {
        IntBuffer one = littleEndian(actual).asIntBuffer();
        IntBuffer other = littleEndian(expected).asIntBuffer();
        return actual.length == expected.length
                && IntStream.range(0, one.limit()).allMatch(i -> Math.abs((long) one.get(i) - other.get(i)) <= 1);
    }

    private byte[] bytes(TensorInfo tensor) {
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(tensor.sizeBytes()));
        file.read(tensor, 0, data);
        return data.array();
    }

    private static String shown(JsonValue value) {
        if (value instanceof JsonValue.Int integer) {
            return Long.toString(integer.value());
        }
        if (value instanceof JsonValue.Real real) {
            return Float.toString((float) real.value());
        }
        if (value instanceof JsonValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof JsonValue.Items items) {
            return items.values().stream().map(GgufText::shown).toList().toString();
        }
        if (value instanceof JsonValue.Fields fields) {
            return fields.find("count").flatMap(JsonValue::integer).orElseThrow() + " of "
                    + fields.find("sha256").flatMap(JsonValue::text).orElseThrow();
        }
        return value.text().orElse("null");
    }

    private static String value(GgufValue value) {
        if (value instanceof GgufArray array) {
            return "arr:" + type(array.elementType()) + " " + elements(array);
        }
        String text = value instanceof GgufFloat number
                ? Float.toString((float) number.value())
                : value instanceof GgufInteger integer
                        ? Long.toString(integer.value())
                        : value instanceof GgufBool bool ? Boolean.toString(bool.value()) : String.valueOf(value);
        return type(value.type()) + " " + text;
    }

    private static String type(GgufValueType type) {
        return type == GgufValueType.STRING ? "str" : type.name().toLowerCase(Locale.ROOT);
    }

    /** The elements of an array; of a long one how many there are, and a hash. */
    static String elements(GgufArray array) {
        int size = array.size();
        boolean texts = array.elementType() == GgufValueType.STRING;
        if (size > (texts ? SHOWN_TEXTS : SHOWN_NUMBERS)) {
            return size + " of " + sha256(texts ? encodedTexts(array) : encodedNumbers(array));
        }
        return IntStream.range(0, size)
                .mapToObj(i -> switch (array.elementType()) {
                    case STRING -> array.string(i);
                    case BOOL -> Boolean.toString(array.bool(i));
                    case F32, F64 -> Float.toString((float) array.number(i)).replace("Infinity", "inf");
                    default -> Long.toString(array.integer(i));
                })
                .toList()
                .toString();
    }

    private static byte[] encodedTexts(GgufArray array) {
        List<byte[]> texts = array.strings().stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        byte[] encoded =
                new byte[texts.stream().mapToInt(text -> 8 + text.length).sum()];
        ByteBuffer bytes = littleEndian(encoded);
        texts.forEach(text -> bytes.putLong(text.length).put(text));
        return encoded;
    }

    private static byte[] encodedNumbers(GgufArray array) {
        byte[] encoded = new byte[array.size() * array.elementType().bytes()];
        ByteBuffer bytes = littleEndian(encoded);
        for (int i = 0; i < array.size(); i++) {
            switch (array.elementType()) {
                case BOOL -> bytes.put((byte) (array.bool(i) ? 1 : 0));
                case F32 -> bytes.putFloat((float) array.number(i));
                case F64 -> bytes.putDouble(array.number(i));
                default -> {
                    long bits = array.integer(i);
                    for (int at = 0; at < array.elementType().bytes(); at++) {
                        bytes.put((byte) (bits >>> (8 * at)));
                    }
                }
            }
        }
        return encoded;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
