package io.shearling.formats.row;

import java.nio.ShortBuffer;

/** The upper half of a float: 1 sign, 8 exponent and 7 fraction bits, kept in a {@code short}. */
public final class BFloat16 {
    /** Elements that go through an array at a time: loops over arrays are many times quicker than those over buffers. */
    private static final int CHUNK = 4096;

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

    /** Decodes as many values as are asked for, from the position of the buffer on, which moves. */
    public static void decode(ShortBuffer in, float[] target, int offset, int count) {
        short[] chunk = new short[Math.min(CHUNK, count)];
        for (int done = 0; done < count; done += chunk.length) {
            int length = Math.min(chunk.length, count - done);
            in.get(chunk, 0, length);
            for (int i = 0; i < length; i++) {
                target[offset + done + i] = toFloat(chunk[i]);
            }
        }
    }

    /** Encodes values from the position of the buffer on, which moves; each as {@link #fromFloat}. */
    public static void encode(float[] values, int offset, int count, ShortBuffer out) {
        short[] chunk = new short[Math.min(CHUNK, count)];
        for (int done = 0; done < count; done += chunk.length) {
            int length = Math.min(chunk.length, count - done);
            for (int i = 0; i < length; i++) {
                chunk[i] = fromFloat(values[offset + done + i]);
            }
            out.put(chunk, 0, length);
        }
    }
}
