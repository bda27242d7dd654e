package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The types of super-blocks in plain Java, q2_K to q6_K, with the values of ggml's formulas; asked last, since native code may be
 * faster. A block has 256 elements, and scales, and for some minima, for each 16 or 32 of them. Thread-safe.
 */
final class SuperBlockDecoder implements RowDecoder {
    private static final int BLOCK = 256;
    private static final int HALF = BLOCK / 2;

    @Override
    public String name() {
        return "java";
    }

    @Override
    public boolean supports(TensorType type) {
        return switch (type) {
            case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> true;
            default -> false;
        };
    }

    @Override
    public void decode(TensorType type, ByteBuffer source, float[] target, int offset, int elements) {
        if (!supports(type)) {
            throw new IllegalArgumentException("The decoder of super-blocks does not read " + type.ggmlName()
                    + "; ask RowDecoder.forType for one that does.");
        }
        long bytes = type.rowBytes(elements);
        Objects.checkFromIndexSize(offset, elements, target.length);
        if (bytes > source.remaining()) {
            throw new IndexOutOfBoundsException("The source has " + source.remaining() + " of " + bytes + " bytes.");
        }
        byte[] block = new byte[type.blockBytes()];
        ByteBuffer values = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = offset; at < offset + elements; at += BLOCK) {
            source.get(block);
            switch (type) {
                case Q2_K -> q2(values, target, at);
                case Q3_K -> q3(values, target, at);
                case Q4_K -> q4(values, target, at);
                case Q5_K -> q5(values, target, at);
                default -> q6(values, target, at);
            }
        }
    }

    private static float half(ByteBuffer block, int at) {
        return Float16.toFloat(block.getShort(at));
    }

    private static int bits(ByteBuffer block, int at, int shift, int mask) {
        return (block.get(at) >>> shift) & mask;
    }

    /** Scales and minima [16] of four bits, two bits an element, the scale and the minimum of both. */
    private static void q2(ByteBuffer block, float[] target, int offset) {
        float scale = half(block, 80);
        float minimum = half(block, 82);
        for (int i = 0; i < BLOCK; i++) {
            int both = block.get(i / 16);
            int bits = bits(block, 16 + i / HALF * 32 + i % 32, i % HALF / 32 * 2, 3);
            target[offset + i] = scale * (both & 0x0f) * bits - minimum * ((both >>> 4) & 0x0f);
        }
    }

    /** A third bit of each element, two bits of each, scales [16] of six bits, the scale of them. */
    private static void q3(ByteBuffer block, float[] target, int offset) {
        float scale = half(block, 108);
        for (int i = 0; i < BLOCK; i++) {
            int group = i / 16;
            int low = bits(block, 96 + group % 8, group / 8 * 4, 0x0f);
            int high = bits(block, 104 + group % 4, group / 4 * 2, 3);
            int bits = bits(block, 32 + i / HALF * 32 + i % 32, i % HALF / 32 * 2, 3);
            int third = bits(block, i % 32, i / 32, 1);
            target[offset + i] = scale * (low + 16 * high - 32) * (bits + 4 * third - 4);
        }
    }

    /** The scale and the minimum, scales and minima [8] of six bits, four bits an element. */
    private static void q4(ByteBuffer block, float[] target, int offset) {
        for (int i = 0; i < BLOCK; i++) {
            int bits = bits(block, 16 + i / 64 * 32 + i % 32, i / 32 % 2 * 4, 0x0f);
            target[offset + i] = six(block, i / 32, bits);
        }
    }

    /** As q4_K, with a fifth bit of each element before the others. */
    private static void q5(ByteBuffer block, float[] target, int offset) {
        for (int i = 0; i < BLOCK; i++) {
            int bits = bits(block, 48 + i / 64 * 32 + i % 32, i / 32 % 2 * 4, 0x0f);
            int fifth = bits(block, 16 + i % 32, i / 32, 1);
            target[offset + i] = six(block, i / 32, bits + 16 * fifth);
        }
    }

    /** An element by the scale and the minimum of its group, whose upper bits are apart in the last four groups. */
    private static float six(ByteBuffer block, int group, int bits) {
        int scale;
        int minimum;
        if (group < 4) {
            scale = block.get(4 + group) & 63;
            minimum = block.get(8 + group) & 63;
        } else {
            scale = bits(block, 8 + group, 0, 0x0f) + 16 * bits(block, group, 6, 3);
            minimum = bits(block, 8 + group, 4, 0x0f) + 16 * bits(block, 4 + group, 6, 3);
        }
        return half(block, 0) * scale * bits - half(block, 2) * minimum;
    }

    /** Four bits of each element, two more of each, scales [16] of eight bits, the scale of them. */
    private static void q6(ByteBuffer block, float[] target, int offset) {
        float scale = half(block, 208);
        for (int i = 0; i < BLOCK; i++) {
            int within = i % HALF;
            int low = bits(block, i / HALF * 64 + within % 64, within / 64 * 4, 0x0f);
            int high = bits(block, 128 + i / HALF * 32 + i % 32, within / 32 * 2, 3);
            target[offset + i] = scale * block.get(192 + i / 16) * (low + 16 * high - 32);
        }
    }
}
