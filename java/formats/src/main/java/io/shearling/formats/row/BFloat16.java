package io.shearling.formats.row;

/** The upper half of a float: 1 sign, 8 exponent and 7 fraction bits, kept in a {@code short}. */
public final class BFloat16 {
    private BFloat16() {}

    /** The nearest value, ties to even; a NaN stays one and becomes quiet. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fff_ffff) > 0x7f80_0000) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The float with the same value. */
    public static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
