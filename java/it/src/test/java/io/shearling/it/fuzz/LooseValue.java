package io.shearling.it.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A metadata value by its type code and its bytes, which need not fit each other. Immutable. */
final class LooseValue {
    static final int U32 = 4;
    static final int I32 = 5;
    static final int F32 = 6;
    static final int BOOL = 7;
    static final int STRING = 8;
    static final int ARRAY = 9;
    static final int U64 = 10;

    /** Bytes of a scalar by its type code; 0 for what has no fixed size. */
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private final int type;
    private final byte[] bytes;

    LooseValue(int type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes.clone();
    }

    static int size(int type) {
        return SIZES[type];
    }

    /** The lowest bytes of the bits, as many as the type has. */
    static LooseValue scalar(int type, long bits) {
        byte[] bytes = new byte[SIZES[type]];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (bits >>> (8 * i));
        }
        return new LooseValue(type, bytes);
    }

    static LooseValue f32(float value) {
        return scalar(F32, Float.floatToRawIntBits(value));
    }

    static LooseValue string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    static LooseValue string(byte[] text) {
        return new LooseValue(STRING, withLength(text));
    }

    /** An array by what it says of itself and by what is there. */
    static LooseValue array(int elementType, long count, byte[] elements) {
        ByteBuffer out = ByteBuffer.allocate(12 + elements.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(elementType).putLong(count).put(elements);
        return new LooseValue(ARRAY, out.array());
    }

    /** An array of texts, which need not be UTF-8. */
    static LooseValue strings(List<byte[]> texts) {
        ByteBuffer out = ByteBuffer.allocate(
                        texts.stream().mapToInt(text -> 8 + text.length).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        texts.forEach(text -> out.putLong(text.length).put(text));
        return array(STRING, texts.size(), out.array());
    }

    int type() {
        return type;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    boolean isArrayOf(int elementType) {
        return type == ARRAY && view().getInt(0) == elementType;
    }

    int elementType() {
        return view().getInt(0);
    }

    int count() {
        return (int) view().getLong(4);
    }

    /** The elements as they lie in the file. */
    byte[] elements() {
        return Arrays.copyOfRange(bytes, 12, bytes.length);
    }

    /** An array's first elements. */
    LooseValue first(int count) {
        return elementType() == STRING
                ? strings(texts().subList(0, count))
                : array(elementType(), count, Arrays.copyOf(elements(), count * size(elementType())));
    }

    /** The texts of an array of texts. */
    List<byte[]> texts() {
        ByteBuffer in = view().position(12);
        List<byte[]> texts = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] text = new byte[(int) in.getLong()];
            in.get(text);
            texts.add(text);
        }
        return texts;
    }

    private ByteBuffer view() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] withLength(byte[] text) {
        return ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }
}
