package io.shearling.formats.gguf;

/**
 * A float value.
 *
 * @param type f32 or f64
 * @param value the number; for f32 one that a float holds exactly, or NaN
 */
public record GgufFloat(GgufValueType type, double value) implements GgufValue {
    /** Checks the type and, for f32, that no digits would be lost. */
    public GgufFloat {
        boolean exact = type == GgufValueType.F64
                || (type == GgufValueType.F32 && (Double.isNaN(value) || (float) value == value));
        if (!exact) {
            throw new IllegalArgumentException(value + " is no value of the GGUF type " + type.label() + ".");
        }
    }

    /** The number, as short as its type allows. */
    @Override
    public String toString() {
        return type == GgufValueType.F32 ? Float.toString((float) value) : Double.toString(value);
    }
}
