package io.shearling.formats.gguf;

/** A metadata value: an integer, a float, a boolean, a string, or an array of one of these. Immutable. */
public sealed interface GgufValue permits GgufInteger, GgufFloat, GgufBool, GgufString, GgufArray {

    /** Its type in the file. */
    GgufValueType type();

    /** An unsigned byte, 0 to 255. */
    static GgufValue u8(int value) {
        return new GgufInteger(GgufValueType.U8, value);
    }

    /** A signed byte. */
    static GgufValue i8(int value) {
        return new GgufInteger(GgufValueType.I8, value);
    }

    /** An unsigned 16-bit integer, 0 to 65,535. */
    static GgufValue u16(int value) {
        return new GgufInteger(GgufValueType.U16, value);
    }

    /** A signed 16-bit integer. */
    static GgufValue i16(int value) {
        return new GgufInteger(GgufValueType.I16, value);
    }

    /** An unsigned 32-bit integer, 0 to 4,294,967,295. */
    static GgufValue u32(long value) {
        return new GgufInteger(GgufValueType.U32, value);
    }

    /** A signed 32-bit integer. */
    static GgufValue i32(int value) {
        return new GgufInteger(GgufValueType.I32, value);
    }

    /** An unsigned 64-bit integer, given as its bits. */
    static GgufValue u64(long bits) {
        return new GgufInteger(GgufValueType.U64, bits);
    }

    /** A signed 64-bit integer. */
    static GgufValue i64(long value) {
        return new GgufInteger(GgufValueType.I64, value);
    }

    /** A 32-bit float. */
    static GgufValue f32(float value) {
        return new GgufFloat(GgufValueType.F32, value);
    }

    /** A 64-bit float. */
    static GgufValue f64(double value) {
        return new GgufFloat(GgufValueType.F64, value);
    }

    /** A boolean. */
    static GgufValue bool(boolean value) {
        return new GgufBool(value);
    }

    /**
     * A string.
     *
     * @throws IllegalArgumentException when it has a surrogate without its partner, which UTF-8 cannot hold
     */
    static GgufValue string(String value) {
        return GgufString.of(value);
    }
}
