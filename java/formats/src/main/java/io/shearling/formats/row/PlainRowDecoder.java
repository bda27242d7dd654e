package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The row decoder in plain Java: f32, f16, bf16, q8_0, q4_0, q4_1, q5_0 and q5_1, with the same values as ggml. Thread-safe. */
public final class PlainRowDecoder implements RowDecoder {
    private static final int BLOCK = 32;

    /** A decoder; it has no state. */
    public PlainRowDecoder() {}

    @Override
    public String name() {
        return "java";
    }

    @Override
    public boolean supports(TensorType type) {
        return switch (type) {
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 -> true;
            default -> false;
        };
    }

    @Override
    public void decode(TensorType type, ByteBuffer source, float[] target, int offset, int elements) {
        long bytes = type.rowBytes(elements);
        Objects.checkFromIndexSize(offset, elements, target.length);
        if (bytes > source.remaining()) {
            throw new IndexOutOfBoundsException("The source has " + source.remaining() + " of " + bytes + " bytes.");
        }
        ByteBuffer in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        int end = offset + elements;
        switch (type) {
            case F32 -> in.asFloatBuffer().get(target, offset, elements);
            case F16 -> Float16.decode(in.asShortBuffer(), target, offset, elements);
            case BF16 -> BFloat16.decode(in.asShortBuffer(), target, offset, elements);
            case Q8_0 -> {
                for (int at = offset; at < end; at += BLOCK) {
                    float scale = Float16.toFloat(in.getShort());
                    for (int i = 0; i < BLOCK; i++) {
                        target[at + i] = in.get() * scale;
                    }
                }
            }
            case Q4_0 -> {
                for (int at = offset; at < end; at += BLOCK) {
                    float scale = Float16.toFloat(in.getShort());
                    // adding -0.0 changes no float, not even the sign of a zero
                    nibbles(in, target, at, 0, scale, -0.0f, 8);
                }
            }
            case Q4_1 -> {
                for (int at = offset; at < end; at += BLOCK) {
                    float scale = Float16.toFloat(in.getShort());
                    nibbles(in, target, at, 0, scale, Float16.toFloat(in.getShort()), 0);
                }
            }
            case Q5_0 -> {
                for (int at = offset; at < end; at += BLOCK) {
                    float scale = Float16.toFloat(in.getShort());
                    nibbles(in, target, at, in.getInt(), scale, -0.0f, 16);
                }
            }
            case Q5_1 -> {
                for (int at = offset; at < end; at += BLOCK) {
                    float scale = Float16.toFloat(in.getShort());
                    float minimum = Float16.toFloat(in.getShort());
                    nibbles(in, target, at, in.getInt(), scale, minimum, 0);
                }
            }
            default ->
                throw new IllegalArgumentException("The plain row decoder does not read " + type.ggmlName()
                        + "; ask RowDecoder.forType for one that does.");
        }
        source.position(source.position() + (int) bytes);
    }

    /**
     * Sixteen bytes: the low halves are elements 0 to 15 of the block, the high halves 16 to 31.
     *
     * @param fifths a bit above the four of each element
     */
    private static void nibbles(
            ByteBuffer in, float[] target, int at, int fifths, float scale, float minimum, int zero) {
        for (int i = 0; i < BLOCK / 2; i++) {
            int pair = in.get();
            int low = (pair & 0x0f) | (((fifths >>> i) & 1) << 4);
            int high = ((pair >>> 4) & 0x0f) | (((fifths >>> (i + BLOCK / 2)) & 1) << 4);
            target[at + i] = (low - zero) * scale + minimum;
            target[at + i + BLOCK / 2] = (high - zero) * scale + minimum;
        }
    }
}
