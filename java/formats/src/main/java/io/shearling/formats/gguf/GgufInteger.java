package io.shearling.formats.gguf;

/**
 * An integer value.
 *
 * @param type one of the eight integer types
 * @param value the number; for u64 its bits, so that 2^63 and more are negative here
 */
public record GgufInteger(GgufValueType type, long value) implements GgufValue {
    /** Checks that the value lies in the type's range. */
    public GgufInteger {
        if (!type.integer() || !type.holds(value)) {
            throw new IllegalArgumentException(value + " is no value of the GGUF type " + type.label() + ".");
        }
    }

    /** The decimal number, unsigned for u64. */
    @Override
    public String toString() {
        return type == GgufValueType.U64 ? Long.toUnsignedString(value) : Long.toString(value);
    }
}
