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
    private static final int BLOCK = TensorType.Q8_0.blockElements();

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
            case F16 -> {
                for (int i = 0; i < elements; i++) {
                    out.putShort(i * 2, Float16.fromFloat(values[offset + i]));
                }
            }
            case BF16 -> {
                for (int i = 0; i < elements; i++) {
                    out.putShort(i * 2, BFloat16.fromFloat(values[offset + i]));
                }
            }
            case Q8_0 -> {
                for (int i = 0; i < elements; i += BLOCK) {
                    q8Block(values, offset + i, out);
                }
            }
            default ->
                throw new IllegalArgumentException("The plain row encoder does not write " + type.ggmlName()
                        + "; ask RowEncoder.forType for one that does.");
        }
        target.position(target.position() + (int) bytes);
    }

    /** One block: a half for the scale, then 32 signed bytes. */
    private static void q8Block(float[] values, int offset, ByteBuffer out) {
        float largest = 0;
        for (int i = offset; i < offset + BLOCK; i++) {
            float magnitude = Math.abs(values[i]);
            if (!(magnitude <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("The value " + values[i] + " at index " + i
                        + " cannot be quantized to q8_0; use a float type.");
            }
            largest = Math.max(largest, magnitude);
        }
        float scale = largest / 127;
        short half = Float16.fromFloat(scale);
        if ((half & 0x7fff) == 0x7c00) {
            throw new IllegalArgumentException("The value " + largest + " in the block at index " + offset
                    + " is too large for the half-precision scale of q8_0; use a float type.");
        }
        // The inverse of a subnormal scale can overflow. The half is then 0, so the bytes do not matter: write 0.
        float inverse = scale == 0 ? 0 : 1 / scale;
        if (Float.isInfinite(inverse)) {
            inverse = 0;
        }
        out.putShort(half);
        for (int i = offset; i < offset + BLOCK; i++) {
            float scaled = values[i] * inverse;
            // half away from zero; the sum is exact in double
            out.put((byte) (scaled < 0 ? scaled - 0.5 : scaled + 0.5));
        }
    }
}
