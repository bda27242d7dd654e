package io.shearling.convert.element;

import io.shearling.formats.row.BFloat16;
import io.shearling.formats.row.Float16;
import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the elements of a checkpoint as floats, rounded to nearest where a float cannot hold them. */
public final class ElementDecoder {
    /** The number that each byte is, by the type. */
    private static final Map<SafetensorsType, float[]> BYTES = new EnumMap<>(SafetensorsType.class);

    static {
        byte[] all = new byte[1 << Byte.SIZE];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        for (SafetensorsType type : List.of(
                SafetensorsType.U8,
                SafetensorsType.I8,
                SafetensorsType.F8_E4M3,
                SafetensorsType.F8_E5M2,
                SafetensorsType.F8_E8M0)) {
            float[] values = new float[all.length];
            for (int i = 0; i < all.length; i++) {
                values[i] = number(type, ByteBuffer.wrap(all), i);
            }
            BYTES.put(type, values);
        }
    }

    private ElementDecoder() {}

    /** Whether elements of this type are numbers that can be read one by one. */
    public static boolean supports(SafetensorsType type) {
        return switch (type) {
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64 -> true;
            case F4, F6_E2M3, F6_E3M2, C64 -> false;
        };
    }

    /**
     * Decodes elements.
     *
     * @param source has {@code count} elements from its position, which stays
     * @throws IllegalArgumentException for a type that is not supported
     */
    public static void decode(SafetensorsType type, ByteBuffer source, float[] target, int offset, int count) {
        ByteBuffer in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> in.asFloatBuffer().get(target, offset, count);
            case BF16 -> BFloat16.decode(in.asShortBuffer(), target, offset, count);
            case F16 -> Float16.decode(in.asShortBuffer(), target, offset, count);
            case U8, I8, F8_E4M3, F8_E5M2, F8_E8M0 -> {
                float[] values = Objects.requireNonNull(BYTES.get(type));
                for (int i = 0; i < count; i++) {
                    target[offset + i] = values[in.get(i) & 0xff];
                }
            }
            default -> {
                int bytes = type.bits() / Byte.SIZE;
                for (int i = 0; i < count; i++) {
                    target[offset + i] = number(type, in, i * bytes);
                }
            }
        }
    }

    private static float number(SafetensorsType type, ByteBuffer in, int at) {
        return switch (type) {
            case BOOL -> in.get(at) == 0 ? 0 : 1;
            case U8 -> in.get(at) & 0xff;
            case I8 -> in.get(at);
            case F8_E4M3 -> eight(in.get(at), 3, 7, true);
            case F8_E5M2 -> eight(in.get(at), 2, 15, false);
            case F8_E8M0 -> power(in.get(at) & 0xff);
            case U16 -> in.getShort(at) & 0xffff;
            case I16 -> in.getShort(at);
            case U32 -> in.getInt(at) & 0xffffffffL;
            case I32 -> in.getInt(at);
            case F64 -> (float) in.getDouble(at);
            case I64 -> in.getLong(at);
            case U64 -> unsigned(in.getLong(at));
            default -> throw new IllegalArgumentException("Elements of " + type + " cannot be read one by one.");
        };
    }

    /** Halved with the last bit kept sticky, so that the one rounding is that of the whole number. */
    private static float unsigned(long bits) {
        return bits >= 0 ? bits : 2 * (float) ((bits >>> 1) | (bits & 1));
    }

    /**
     * A number of eight bits, as <a href="https://arxiv.org/abs/2209.05433">FP8 Formats for Deep Learning</a> says: E4M3 has no
     * infinities and one NaN, E5M2 is as IEEE 754 has it.
     */
    private static float eight(byte bits, int mantissaBits, int bias, boolean finite) {
        int exponent = (bits & 0x7f) >> mantissaBits;
        int mantissa = bits & ((1 << mantissaBits) - 1);
        int special = (1 << (7 - mantissaBits)) - 1;
        float magnitude;
        if (exponent == special && (!finite || mantissa == (1 << mantissaBits) - 1)) {
            magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb(mantissa, 1 - bias - mantissaBits);
        } else {
            magnitude = Math.scalb((1 << mantissaBits) + mantissa, exponent - bias - mantissaBits);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** A scale of the <a href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">OCP MX</a> formats. */
    private static float power(int exponent) {
        return exponent == 0xff ? Float.NaN : Math.scalb(1f, exponent - 127);
    }
}
