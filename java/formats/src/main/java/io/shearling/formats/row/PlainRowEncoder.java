package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The row encoder in plain Java: f32, f16, bf16 and q8_0, with the same bytes as ggml's reference quantizers.
 *
 * <p>Importance is accepted and makes no difference, as in ggml. Thread-safe.
 */
public final class PlainRowEncoder implements RowEncoder {
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = Short.BYTES + BLOCK;
    private static final int CHUNK = 64 * BLOCK;
    private static final int SIGN = 0x8000_0000;
    private static final int MAGNITUDE_OF_HALF = 0x7fff;
    private static final int INFINITE_HALF = 0x7c00;
    private static final double AWAY = 1 + 0x1p-40;
    private static final double WHOLE = 0x1.8p52;

    /** An encoder; it has no state. */
    public PlainRowEncoder() {}

    @Override
    public String name() {
        return "java";
    }

    @Override
    public boolean supports(TensorType type) {
        return switch (type) {
            case F32, F16, BF16, Q8_0 -> true;
            default -> false;
        };
    }

    @Override
    public void encode(
            TensorType type,
            float[] values,
            int offset,
            int rows,
            int columns,
            float @Nullable [] importance,
            ByteBuffer target) {
        long bytes = Math.multiplyExact(type.rowBytes(columns), rows);
        if (importance != null && importance.length != columns) {
            throw new IllegalArgumentException(
                    "There are " + importance.length + " importance values for " + columns + " columns.");
        }
        int elements = Math.multiplyExact(rows, columns);
        Objects.checkFromIndexSize(offset, elements, values.length);
        if (bytes > target.remaining()) {
            throw new IndexOutOfBoundsException(
                    "The target has room for " + target.remaining() + " of " + bytes + " bytes.");
        }
        ByteBuffer out = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> out.asFloatBuffer().put(values, offset, elements);
            case F16 -> Float16.encode(values, offset, elements, out.asShortBuffer());
            case BF16 -> BFloat16.encode(values, offset, elements, out.asShortBuffer());
            case Q8_0 -> q8(values, offset, elements, out);
            default ->
                throw new IllegalArgumentException("The plain row encoder does not write " + type.ggmlName()
                        + "; ask RowEncoder.forType for one that does.");
        }
        target.position(target.position() + (int) bytes);
    }

    /** In passes over some blocks: the compiler makes vectors of the one with most of the arithmetic. */
    private static void q8(float[] values, int offset, int elements, ByteBuffer out) {
        int chunk = Math.min(CHUNK, elements);
        float[] inverses = new float[chunk];
        double[] rounded = new double[chunk];
        byte[] blocks = new byte[chunk / BLOCK * BLOCK_BYTES];
        for (int done = 0; done < elements; done += chunk) {
            int count = Math.min(chunk, elements - done);
            scales(values, offset + done, count, inverses, blocks);
            round(values, offset + done, count, inverses, rounded);
            numbers(rounded, count, blocks);
            out.put(blocks, 0, count / BLOCK * BLOCK_BYTES);
        }
    }

    /** The half at the head of each block, and its inverse for each element. */
    private static void scales(float[] values, int offset, int count, float[] inverses, byte[] blocks) {
        for (int i = 0; i < count; i += BLOCK) {
            float largest = Float.intBitsToFloat(largestMagnitude(values, offset + i));
            if (!(largest <= Float.MAX_VALUE)) {
                refuse(values, offset + i);
            }
            float scale = largest / 127;
            short half = Float16.fromFloat(scale);
            if ((half & MAGNITUDE_OF_HALF) == INFINITE_HALF) {
                throw new IllegalArgumentException("The value " + largest + " in the block at index " + (offset + i)
                        + " is too large for the half-precision scale of q8_0; use a float type.");
            }
            // The inverse of a subnormal scale can overflow. The half is then 0, so the bytes do not matter: write 0.
            float inverse = scale == 0 ? 0 : 1 / scale;
            float finite = inverse <= Float.MAX_VALUE ? inverse : 0;
            for (int j = i; j < i + BLOCK; j++) {
                inverses[j] = finite;
            }
            int at = i / BLOCK * BLOCK_BYTES;
            blocks[at] = (byte) half;
            blocks[at + 1] = (byte) (half >>> Byte.SIZE);
        }
    }

    /**
     * Half away from zero. A double rounds a sum with {@link #WHOLE} to a whole number, half to even; a product that is a half is
     * moved away from zero before, by less than what is between two floats.
     */
    private static void round(float[] values, int offset, int count, float[] inverses, double[] rounded) {
        for (int i = 0; i < count; i++) {
            rounded[i] = (double) (values[offset + i] * inverses[i]) * AWAY + WHOLE;
        }
    }

    /** The whole numbers, which are the last bits of those sums. */
    private static void numbers(double[] rounded, int count, byte[] blocks) {
        int at = Short.BYTES;
        for (int i = 0; i < count; i += BLOCK) {
            numbersOfBlock(rounded, i, blocks, at);
            at += BLOCK_BYTES;
        }
    }

    private static void numbersOfBlock(double[] rounded, int from, byte[] blocks, int at) {
        for (int i = 0; i < BLOCK; i++) {
            blocks[at + i] = (byte) Double.doubleToRawLongBits(rounded[from + i]);
        }
    }

    /**
     * As the bits of a float: those of magnitudes are in order, a NaN's come after all others. In four chains, since a processor
     * does not wait for the one to go on with the other.
     */
    private static int largestMagnitude(float[] values, int offset) {
        int first = 0;
        int second = 0;
        int third = 0;
        int fourth = 0;
        for (int i = offset; i < offset + BLOCK; i += 4) {
            first = Math.max(first, magnitude(values[i]));
            second = Math.max(second, magnitude(values[i + 1]));
            third = Math.max(third, magnitude(values[i + 2]));
            fourth = Math.max(fourth, magnitude(values[i + 3]));
        }
        return Math.max(Math.max(first, second), Math.max(third, fourth));
    }

    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & ~SIGN;
    }

    private static void refuse(float[] values, int offset) {
        for (int i = offset; i < offset + BLOCK; i++) {
            if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("The value " + values[i] + " at index " + i
                        + " cannot be quantized to q8_0; use a float type.");
            }
        }
    }
}
