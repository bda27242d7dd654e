package io.shearling.formats.gguf;

import java.util.Locale;
import java.util.Optional;

/** The type of a metadata value, as GGUF numbers them. */
public enum GgufValueType {
    U8(0, 1),
    I8(1, 1),
    U16(2, 2),
    I16(3, 2),
    U32(4, 4),
    I32(5, 4),
    F32(6, 4),
    BOOL(7, 1),
    STRING(8, 0),
    ARRAY(9, 0),
    U64(10, 8),
    I64(11, 8),
    F64(12, 8);

    private final int code;
    private final int bytes;

    GgufValueType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The number in the file. */
    public int code() {
        return code;
    }

    /** Bytes of a value, 0 for strings and arrays, whose length varies. */
    public int bytes() {
        return bytes;
    }

    /** Whether this is one of the eight integer types. */
    public boolean integer() {
        return switch (this) {
            case U8, I8, U16, I16, U32, I32, U64, I64 -> true;
            default -> false;
        };
    }

    /** Whether this is f32 or f64. */
    public boolean floating() {
        return this == F32 || this == F64;
    }

    /** The type with this number, or nothing. */
    public static Optional<GgufValueType> fromCode(int code) {
        for (GgufValueType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The name in lower case, for example {@code u32}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an integer lies in the range of this integer type; u64 takes every {@code long} as its bits. */
    boolean holds(long value) {
        return switch (this) {
            case U8 -> value >= 0 && value <= 0xff;
            case I8 -> value == (byte) value;
            case U16 -> value >= 0 && value <= 0xffff;
            case I16 -> value == (short) value;
            case U32 -> value >= 0 && value <= 0xffff_ffffL;
            case I32 -> value == (int) value;
            case U64, I64 -> true;
            default -> false;
        };
    }
}
