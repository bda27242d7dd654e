package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Weights of four bits that ggml has a type for, their bits moved into its blocks: nothing is lost. The elements are the bytes of the
 * blocks.
 *
 * <p>A checkpoint has two neighbours in a byte, the first in its lower half. ggml has, in the lower halves of the bytes of a group,
 * the group's first half, and its scales before the codes. A group is 32 elements of an MXFP4 block with one scale of type E8M0, and 16 elements
 * with a scale of type E4M3, one of four in a block, of NVFP4, where the sign of the scale is dropped.
 *
 * @param kind {@link TensorType#MXFP4} or {@link TensorType#NVFP4}
 * @param codes bytes [groups, bytes of a group]
 * @param scales bytes [groups]
 */
public record FourBitBlocks(TensorType kind, ElementSource codes, ElementSource scales) implements ElementSource {
    private static final int NVFP4_GROUPS = 4;
    private static final byte NO_SIGN = 0x7f;

    /** Checks that codes and scales make whole blocks. */
    public FourBitBlocks {
        if (kind != TensorType.MXFP4 && kind != TensorType.NVFP4) {
            throw new IllegalArgumentException("No blocks of four bits: " + kind + ".");
        }
        if (codes.elementBytes() != 1
                || scales.elementBytes() != 1
                || codes.elements() % codeBytes(kind) != 0
                || codes.elements() / codeBytes(kind) * groups(kind) != scales.elements()) {
            throw new IllegalArgumentException(
                    codes.elements() + " codes and " + scales.elements() + " scales are no blocks of " + kind + ".");
        }
    }

    private static int groups(TensorType kind) {
        return kind == TensorType.NVFP4 ? NVFP4_GROUPS : 1;
    }

    private static int codeBytes(TensorType kind) {
        return kind.blockElements() / 2;
    }

    @Override
    public SafetensorsType type() {
        return SafetensorsType.U8;
    }

    @Override
    public Optional<TensorType> blocks() {
        return Optional.of(kind);
    }

    @Override
    public long elements() {
        return codes.elements() / codeBytes(kind) * kind.blockBytes();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        int size = kind.blockBytes();
        long firstBlock = first / size;
        int count = Math.toIntExact((end + size - 1) / size - firstBlock);
        int groups = groups(kind);
        ByteBuffer code = ByteBuffer.allocate(Math.multiplyExact(count, codeBytes(kind)));
        codes.read(firstBlock * codeBytes(kind), code);
        ByteBuffer scale = ByteBuffer.allocate(count * groups);
        scales.read(firstBlock * groups, scale);
        ByteBuffer blocks = ByteBuffer.allocate(Math.multiplyExact(count, size));
        code.flip();
        scale.flip();
        byte[] group = new byte[codeBytes(kind) / groups];
        for (int block = 0; block < count; block++) {
            for (int i = 0; i < groups; i++) {
                byte one = scale.get();
                blocks.put(kind == TensorType.NVFP4 ? (byte) (one & NO_SIGN) : one);
            }
            for (int i = 0; i < groups; i++) {
                code.get(group);
                for (int j = 0; j < group.length; j++) {
                    blocks.put((byte) (half(group, j) | (half(group, j + group.length) << 4)));
                }
            }
        }
        target.put(blocks.position((int) (first - firstBlock * size)).limit((int) (end - firstBlock * size)));
    }

    private static int half(byte[] codes, int element) {
        return (codes[element / 2] >>> (element % 2 * 4)) & 0xf;
    }
}
