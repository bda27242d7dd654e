package io.shearling.formats.gguf;

/**
 * A string value, decoded when asked for.
 *
 * <p>Equality is that of the bytes.
 */
public final class GgufString implements GgufValue {
    private final SegmentedBytes source;
    private final long offset;
    private final int length;

    /** A string whose UTF-8 bytes lie in the source. */
    GgufString(SegmentedBytes source, long offset, int length) {
        this.source = source;
        this.offset = offset;
        this.length = length;
    }

    /**
     * A string value.
     *
     * @throws IllegalArgumentException when it has a surrogate without its partner, which UTF-8 cannot hold
     */
    public static GgufString of(String value) {
        byte[] bytes = Utf8.encode(value);
        return new GgufString(SegmentedBytes.of(bytes), 0, bytes.length);
    }

    @Override
    public GgufValueType type() {
        return GgufValueType.STRING;
    }

    /** The text; bytes that are no UTF-8 read as U+FFFD, {@link #bytes()} has them as they are. */
    public String value() {
        return Utf8.decode(bytes());
    }

    /** The bytes of the file; a fresh array. */
    public byte[] bytes() {
        return source.bytes(offset, length);
    }

    /** How many bytes the text takes in the file. */
    public int byteLength() {
        return length;
    }

    SegmentedBytes source() {
        return source;
    }

    long offset() {
        return offset;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GgufString string
                && SegmentedBytes.equal(source, offset, length, string.source, string.offset, string.length);
    }

    @Override
    public int hashCode() {
        return source.hash(offset, length);
    }

    /** The text. */
    @Override
    public String toString() {
        return value();
    }
}
