package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An array value: elements of one type, decoded only when asked for.
 *
 * <p>An array that was read is a view of the file; its elements stay where they are until a method returns them.
 * Equality is that of type, length and bytes. Immutable and thread-safe.
 */
public final class GgufArray implements GgufValue {
    /** Every so many strings the index keeps the place of one; between them the lengths are followed. */
    private static final int STRIDE = 32;

    private final GgufValueType elementType;
    private final int size;
    private final SegmentedBytes source;
    private final long offset;
    private final long byteLength;
    private volatile long @Nullable [] stringIndex;

    /** An array whose encoded elements lie in the source and have been walked once by the caller. */
    GgufArray(GgufValueType elementType, int size, SegmentedBytes source, long offset, long byteLength) {
        this.elementType = elementType;
        this.size = size;
        this.source = source;
        this.offset = offset;
        this.byteLength = byteLength;
    }

    /**
     * An array of strings.
     *
     * @throws IllegalArgumentException when one has a surrogate without its partner
     */
    public static GgufArray ofStrings(Collection<String> values) {
        return ofEncoded(values.stream().map(Utf8::encode).toList());
    }

    private static GgufArray ofEncoded(List<byte[]> strings) {
        ByteBuffer buffer = buffer(
                strings.stream().mapToLong(bytes -> Long.BYTES + bytes.length).sum());
        for (byte[] bytes : strings) {
            buffer.putLong(bytes.length).put(bytes);
        }
        return of(GgufValueType.STRING, strings.size(), buffer);
    }

    /**
     * An array of integers.
     *
     * @param type one of the integer types; for u64 the values are bits
     * @throws IllegalArgumentException when a value is out of the type's range
     */
    public static GgufArray ofIntegers(GgufValueType type, long... values) {
        ByteBuffer buffer = buffer((long) type.bytes() * values.length);
        for (long value : values) {
            switch (new GgufInteger(type, value).type().bytes()) {
                case 1 -> buffer.put((byte) value);
                case 2 -> buffer.putShort((short) value);
                case 4 -> buffer.putInt((int) value);
                default -> buffer.putLong(value);
            }
        }
        if (!type.integer()) {
            throw new IllegalArgumentException(type.label() + " is no integer type.");
        }
        return of(type, values.length, buffer);
    }

    /** An array of i32. */
    public static GgufArray ofInts(int... values) {
        ByteBuffer buffer = buffer((long) Integer.BYTES * values.length);
        buffer.asIntBuffer().put(values);
        return of(GgufValueType.I32, values.length, buffer);
    }

    /** An array of f32. */
    public static GgufArray ofFloats(float... values) {
        ByteBuffer buffer = buffer((long) Float.BYTES * values.length);
        buffer.asFloatBuffer().put(values);
        return of(GgufValueType.F32, values.length, buffer);
    }

    /** An array of f64. */
    public static GgufArray ofDoubles(double... values) {
        ByteBuffer buffer = buffer((long) Double.BYTES * values.length);
        buffer.asDoubleBuffer().put(values);
        return of(GgufValueType.F64, values.length, buffer);
    }

    /** An array of booleans. */
    public static GgufArray ofBools(boolean... values) {
        ByteBuffer buffer = buffer(values.length);
        for (boolean value : values) {
            buffer.put((byte) (value ? 1 : 0));
        }
        return of(GgufValueType.BOOL, values.length, buffer);
    }

    /** An array of u8 with these bytes. */
    public static GgufArray ofBytes(byte[] values) {
        return of(GgufValueType.U8, values.length, ByteBuffer.wrap(values.clone()));
    }

    @Override
    public GgufValueType type() {
        return GgufValueType.ARRAY;
    }

    /** The type of the elements; never itself an array. */
    public GgufValueType elementType() {
        return elementType;
    }

    /** How many elements there are. */
    public int size() {
        return size;
    }

    /** The element at an index, as a value of its own. */
    public GgufValue element(int index) {
        if (elementType == GgufValueType.STRING) {
            byte[] bytes = stringBytes(index);
            return new GgufString(SegmentedBytes.of(bytes), 0, bytes.length);
        }
        return ValueCodec.scalar(
                elementType, source, offset + (long) Objects.checkIndex(index, size) * elementType.bytes());
    }

    /**
     * The integer at an index; for u64 its bits.
     *
     * @throws IllegalStateException when the elements are no integers
     */
    public long integer(int index) {
        require(elementType.integer(), "integers");
        return bits(Objects.checkIndex(index, size));
    }

    /**
     * The number at an index, integer or float.
     *
     * @throws IllegalStateException when the elements are no numbers
     */
    public double number(int index) {
        Objects.checkIndex(index, size);
        if (elementType == GgufValueType.F32) {
            return Float.intBitsToFloat((int) bits(index));
        }
        if (elementType == GgufValueType.F64) {
            return Double.longBitsToDouble(bits(index));
        }
        require(elementType.integer(), "numbers");
        long value = bits(index);
        return elementType == GgufValueType.U64 && value < 0 ? (value >>> 1) * 2.0 : value;
    }

    /**
     * The boolean at an index.
     *
     * @throws IllegalStateException when the elements are no booleans
     */
    public boolean bool(int index) {
        require(elementType == GgufValueType.BOOL, "booleans");
        return source.i8(offset + Objects.checkIndex(index, size)) != 0;
    }

    /**
     * The text at an index, found through a sparse index that the first call builds.
     *
     * @throws IllegalStateException when the elements are no strings
     */
    public String string(int index) {
        return Utf8.decode(stringBytes(index));
    }

    /** The bytes of the text at an index, as they are in the file. */
    public byte[] stringBytes(int index) {
        require(elementType == GgufValueType.STRING, "strings");
        Objects.checkIndex(index, size);
        long at = index()[index / STRIDE];
        for (int i = index % STRIDE; i > 0; i--) {
            at += Long.BYTES + source.i64(at);
        }
        return source.bytes(at + Long.BYTES, (int) source.i64(at));
    }

    /** Calls the action with each text in order, holding one at a time. */
    public void forEachString(Consumer<String> action) {
        require(elementType == GgufValueType.STRING, "strings");
        long at = offset;
        for (int i = 0; i < size; i++) {
            int length = (int) source.i64(at);
            action.accept(Utf8.decode(source.bytes(at + Long.BYTES, length)));
            at += Long.BYTES + length;
        }
    }

    /** All texts, decoded now. */
    public List<String> strings() {
        List<String> all = new ArrayList<>(size);
        forEachString(all::add);
        return List.copyOf(all);
    }

    /** All integers as {@code long}, decoded now. */
    public long[] integers() {
        long[] all = new long[size];
        for (int i = 0; i < size; i++) {
            all[i] = integer(i);
        }
        return all;
    }

    /** All numbers as {@code float}, decoded now; f64 and large integers are rounded. */
    public float[] floats() {
        float[] all = new float[size];
        for (int i = 0; i < size; i++) {
            all[i] = (float) number(i);
        }
        return all;
    }

    /** All booleans, decoded now. */
    public boolean[] bools() {
        boolean[] all = new boolean[size];
        for (int i = 0; i < size; i++) {
            all[i] = bool(i);
        }
        return all;
    }

    /**
     * An array of some of the elements, in this order.
     *
     * @throws IndexOutOfBoundsException when there are not so many
     */
    public GgufArray select(int... indexes) {
        if (elementType == GgufValueType.STRING) {
            return ofEncoded(Arrays.stream(indexes).mapToObj(this::stringBytes).toList());
        }
        int bytes = elementType.bytes();
        byte[] selected = new byte[Math.multiplyExact(indexes.length, bytes)];
        for (int i = 0; i < indexes.length; i++) {
            long from = offset + (long) Objects.checkIndex(indexes[i], size) * bytes;
            System.arraycopy(source.bytes(from, bytes), 0, selected, i * bytes, bytes);
        }
        return of(elementType, indexes.length, ByteBuffer.wrap(selected));
    }

    /** Bytes of the encoded elements. */
    long byteLength() {
        return byteLength;
    }

    SegmentedBytes source() {
        return source;
    }

    long offset() {
        return offset;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GgufArray array
                && elementType == array.elementType
                && size == array.size
                && SegmentedBytes.equal(source, offset, byteLength, array.source, array.offset, array.byteLength);
    }

    @Override
    public int hashCode() {
        return source.hash(offset, byteLength) * 31 + elementType.code();
    }

    /** Type and length, for example {@code string[49152]}. */
    @Override
    public String toString() {
        return elementType.label() + "[" + size + "]";
    }

    private long bits(int index) {
        long at = offset + (long) index * elementType.bytes();
        return ValueCodec.integer(elementType, source, at);
    }

    private long[] index() {
        long[] known = stringIndex;
        if (known != null) {
            return known;
        }
        long[] built = new long[(size + STRIDE - 1) / STRIDE];
        long at = offset;
        for (int i = 0; i < size; i++) {
            if (i % STRIDE == 0) {
                built[i / STRIDE] = at;
            }
            at += Long.BYTES + source.i64(at);
        }
        stringIndex = built;
        return built;
    }

    private void require(boolean met, String wanted) {
        if (!met) {
            throw new IllegalStateException("The array " + this + " does not hold " + wanted + ".");
        }
    }

    private static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An array whose encoded elements fill the whole buffer, whatever its position. */
    private static GgufArray of(GgufValueType type, int size, ByteBuffer buffer) {
        return new GgufArray(type, size, SegmentedBytes.of(buffer.clear()), 0, buffer.capacity());
    }
}
