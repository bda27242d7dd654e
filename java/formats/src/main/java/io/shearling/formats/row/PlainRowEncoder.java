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
    private static final int CHUNK_BLOCKS = 128;
    private static final int SIGN = 0x8000_0000;
    private static final int MAGNITUDE_OF_HALF = 0x7fff;
    private static final int INFINITE_HALF = 0x7c00;
    private static final int NEARLY_HALF = Float.floatToRawIntBits(Math.nextDown(0.5f));

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

    private static void q8(float[] values, int offset, int elements, ByteBuffer out) {
        byte[] chunk = new byte[CHUNK_BLOCKS * BLOCK_BYTES];
        for (int done = 0; done < elements; ) {
            int blocks = Math.min(CHUNK_BLOCKS, (elements - done) / BLOCK);
            for (int block = 0; block < blocks; block++) {
                q8Block(values, offset + done, chunk, block * BLOCK_BYTES);
                done += BLOCK;
            }
            out.put(chunk, 0, blocks * BLOCK_BYTES);
        }
    }

    /** One block: a half for the scale, then 32 signed bytes. */
    private static void q8Block(float[] values, int offset, byte[] out, int at) {
        float largest = Float.intBitsToFloat(largestMagnitude(values, offset));
        if (!(largest <= Float.MAX_VALUE)) {
            refuse(values, offset);
        }
        float scale = largest / 127;
        short half = Float16.fromFloat(scale);
        if ((half & MAGNITUDE_OF_HALF) == INFINITE_HALF) {
            throw new IllegalArgumentException("The value " + largest + " in the block at index " + offset
                    + " is too large for the half-precision scale of q8_0; use a float type.");
        }
        // The inverse of a subnormal scale can overflow. The half is then 0, so the bytes do not matter: write 0.
        float inverse = scale == 0 ? 0 : 1 / scale;
        if (Float.isInfinite(inverse)) {
            inverse = 0;
        }
        out[at] = (byte) half;
        out[at + 1] = (byte) (half >>> Byte.SIZE);
        round(values, offset, inverse, out, at + Short.BYTES);
    }

    /** As the bits of a float: those of magnitudes are in order, a NaN's come after all others. */
    private static int largestMagnitude(float[] values, int offset) {
        int largest = 0;
        for (int i = 0; i < BLOCK; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values[offset + i]) & ~SIGN);
        }
        return largest;
    }

    /** Half away from zero: what is cut off after the sum with the largest float below a half, which rounds up from a half on. */
    private static void round(float[] values, int offset, float inverse, byte[] out, int at) {
        for (int i = 0; i < BLOCK; i++) {
            float scaled = values[offset + i] * inverse;
            int sign = Float.floatToRawIntBits(scaled) & SIGN;
            out[at + i] = (byte) (int) (scaled + Float.intBitsToFloat(sign | NEARLY_HALF));
        }
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
