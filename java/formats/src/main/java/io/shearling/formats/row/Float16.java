package io.shearling.formats.row;

import java.nio.ShortBuffer;

/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits, kept in a {@code short}. */
public final class Float16 {
    /** Elements that go through an array at a time: loops over arrays are many times quicker than those over buffers. */
    private static final int CHUNK = 4096;

    private Float16() {}

    /** The nearest half, ties to even; too large becomes infinity, every NaN becomes the quiet one with its sign. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude > 0x7f80_0000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 0x4780_0000) {
            // 2^16 and more; what rounds up to 2^16 from below is carried there by the addition further down
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x3880_0000) {
            // below 2^-14: the result is a subnormal half, a multiple of 2^-24, so let double rounding-free maths scale
            return (short) (sign | (int) Math.rint(Math.abs((double) value) * 0x1p24));
        }
        int rebased = magnitude - ((127 - 15) << 23);
        return (short) (sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13));
    }

    /** The float with the same value. */
    public static float toFloat(short half) {
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        int sign = (half & 0x8000) << 16;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int rebased = exponent == 31 ? 0xff : exponent + 127 - 15;
        return Float.intBitsToFloat(sign | (rebased << 23) | (fraction << 13));
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
