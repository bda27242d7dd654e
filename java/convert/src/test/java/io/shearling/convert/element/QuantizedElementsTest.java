package io.shearling.convert.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources that read quantized weights, against the plain definition of what they do, read in pieces of any length. */
class QuantizedElementsTest {
    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8})
    void packedCodes_inAStream_areOneBehindTheOther(int bits) {
        int rows = 5;
        int columns = 64;
        int[] codes = codes(rows * columns, bits);
        byte[] packed = new byte[rows * columns * bits / 8];
        for (int i = 0; i < codes.length * bits; i++) {
            packed[i / 8] |= (byte) ((codes[i / bits] >>> (i % bits) & 1) << (i % 8));
        }
        Stored bytes = new Stored(SafetensorsType.U8, packed);
        check(new PackedCodes(bytes, rows, columns, BitOrder.stream(bits)), i -> codes[i]);
        assertThatThrownBy(() -> new PackedCodes(bytes, rows, columns + 1, BitOrder.stream(bits)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void packedCodes_inWords_leaveTheRestUnused(int bits) {
        int rows = 3;
        int columns = 23;
        int each = 32 / bits;
        int words = (columns + each - 1) / each;
        int[] codes = codes(rows * columns, bits);
        ByteBuffer packed = ByteBuffer.allocate(rows * words * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int at = (row * words + column / each) * 4;
                packed.putInt(at, packed.getInt(at) | (codes[row * columns + column] << (column % each * bits)));
            }
        }
        Bytes bytes = new Bytes(new Stored(SafetensorsType.I32, packed.array()));
        check(new PackedCodes(bytes, rows, columns, BitOrder.words(bits)), i -> codes[i]);
    }

    @Test
    void packedCodes_ofAwq_areInItsOrder() {
        int[] order = {0, 2, 4, 6, 1, 3, 5, 7};
        int rows = 3;
        int columns = 16;
        int[] codes = codes(rows * columns, 4);
        ByteBuffer packed = ByteBuffer.allocate(rows * columns / 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int word = 0; word < rows * columns / 8; word++) {
            int value = 0;
            for (int i = 0; i < 8; i++) {
                value |= codes[word * 8 + order[i]] << (4 * i);
            }
            packed.putInt(value);
        }
        Stored bytes = new Stored(SafetensorsType.U8, packed.array());
        check(new PackedCodes(bytes, rows, columns, BitOrder.awq()), i -> codes[i]);
    }

    @Test
    void packedCodes_highHalfFirst_areNeighboursOfAByte() {
        int[] codes = codes(31, 4);
        byte[] packed = new byte[16];
        for (int i = 0; i < codes.length; i++) {
            packed[i / 2] |= (byte) (codes[i] << (i % 2 == 0 ? 4 : 0));
        }
        Stored bytes = new Stored(SafetensorsType.U8, packed);
        check(new PackedCodes(bytes, 1, 31, BitOrder.highHalfFirst()), i -> codes[i]);
    }

    @Test
    void bytes_areThoseOfTheElements() {
        byte[] all = new byte[40];
        random.nextBytes(all);
        check(new Bytes(new Stored(SafetensorsType.I32, all)), i -> all[i] & 0xff);
    }

    @Test
    void indexedColumns_followTheIndex() {
        Stored matrix = new Stored(SafetensorsType.U8, new byte[] {10, 11, 20, 21, 30, 31});
        int[] order = {1, 0, 1, 1};
        check(new IndexedColumns("X.g_idx", matrix, 2, new Literal(1, 0, 1, 1)), i -> (i / 4 + 1) * 10 + order[i % 4]);
        IndexedColumns wrong = new IndexedColumns("X.g_idx", matrix, 2, new Literal(0, 2));
        assertThatThrownBy(() -> wrong.floats(2, 2))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("the tensor X.g_idx: its element 1 is 2, and there are 2 groups");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 4", "12, 7", "5, 1", "1, 5", "20, 20"})
    void scaled_takesZeroAndScaleOfTheBlock(int blockRows, int blockColumns) {
        int rows = 12;
        int columns = 7;
        BlockGrid grid = new BlockGrid(rows, columns, blockRows, blockColumns);
        int[] codes = codes(rows * columns, 8);
        float[] scales = floats((int) (grid.width() * grid.height()));
        float[] zeros = floats(scales.length);
        int width = (columns + blockColumns - 1) / blockColumns;
        Scaled scaled = new Scaled(
                new Stored(SafetensorsType.U8, bytes(codes)),
                Optional.of(new Literal(zeros)),
                new Literal(scales),
                grid);
        float[] expected = new float[codes.length];
        for (int i = 0; i < expected.length; i++) {
            int at = i / columns / blockRows * width + i % columns / blockColumns;
            expected[i] = (codes[i] - zeros[at]) * scales[at];
        }
        for (int round = 0; round < 200; round++) {
            int first = random.nextInt(expected.length);
            int count = random.nextInt(expected.length - first) + 1;
            float[] part = scaled.floats(first, count);
            for (int i = 0; i < count; i++) {
                assertThat(part[i]).isEqualTo(expected[first + i]);
            }
        }
    }

    @Test
    void scaled_withAnotherNumberOfScales_isRefused() {
        Literal six = new Literal(new float[6]);
        BlockGrid grid = new BlockGrid(2, 3, 1, 2);
        assertThatThrownBy(() -> new Scaled(six, Optional.empty(), new Literal(1, 2, 3), grid))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of 4 blocks");
    }

    @Test
    void fourBitBlocks_ofMxfp4_haveTheScaleAndTheHalves() {
        int blocks = 5;
        byte[] codes = new byte[16 * blocks];
        byte[] scales = new byte[blocks];
        random.nextBytes(codes);
        random.nextBytes(scales);
        FourBitBlocks source = new FourBitBlocks(
                TensorType.MXFP4, new Stored(SafetensorsType.U8, codes), new Stored(SafetensorsType.U8, scales));
        check(source, i -> {
            int block = i / 17;
            int at = i % 17 - 1;
            return at < 0
                    ? scales[block] & 0xff
                    : half(codes, block * 32 + at) | half(codes, block * 32 + at + 16) << 4;
        });
        assertThat(source.blocks()).contains(TensorType.MXFP4);
    }

    @Test
    void fourBitBlocks_ofNvfp4_haveFourScalesWithoutSignAndTheHalvesOfGroups() {
        int blocks = 3;
        byte[] codes = new byte[32 * blocks];
        byte[] scales = new byte[4 * blocks];
        random.nextBytes(codes);
        random.nextBytes(scales);
        FourBitBlocks source = new FourBitBlocks(
                TensorType.NVFP4, new Stored(SafetensorsType.U8, codes), new Stored(SafetensorsType.F8_E4M3, scales));
        check(source, i -> {
            int block = i / 36;
            int at = i % 36 - 4;
            int first = block * 64 + at / 8 * 16 + at % 8;
            return at < 0 ? scales[block * 4 + at + 4] & 0x7f : half(codes, first) | half(codes, first + 8) << 4;
        });
    }

    @Test
    void blocks_areMovedAndJoined_butNothingElse() {
        FourBitBlocks block = new FourBitBlocks(
                TensorType.MXFP4,
                new Stored(SafetensorsType.U8, new byte[32]),
                new Stored(SafetensorsType.U8, new byte[2]));
        assertThat(new Slice(block, 17, 17).blocks()).contains(TensorType.MXFP4);
        assertThat(new GatheredRows(block, 17, 2, row -> 1 - row).blocks()).contains(TensorType.MXFP4);
        assertThat(new Alternating(block, 17, 2, 1).blocks()).contains(TensorType.MXFP4);
        assertThat(new Transposed(block, 17, 2).blocks()).isEmpty();
        assertThat(new Computed(block, value -> value).blocks()).isEmpty();
    }

    @Test
    void alternating_takesEverySecondRun() {
        byte[] all = new byte[24];
        random.nextBytes(all);
        Stored source = new Stored(SafetensorsType.U8, all);
        check(new Alternating(source, 3, 2, 0), i -> all[i / 3 * 6 + i % 3] & 0xff);
        check(new Alternating(source, 3, 2, 1), i -> all[i / 3 * 6 + 3 + i % 3] & 0xff);
        check(new Alternating(source, 1, 3, 2), i -> all[i * 3 + 2] & 0xff);
        assertThatThrownBy(() -> new Alternating(source, 5, 2, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Bytes as they are in a file. */
    private static final class Stored implements ElementSource {
        private final SafetensorsType type;
        private final byte[] bytes;

        Stored(SafetensorsType type, byte... bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        @Override
        public SafetensorsType type() {
            return type;
        }

        @Override
        public long elements() {
            return bytes.length / elementBytes();
        }

        @Override
        public void read(long first, ByteBuffer target) {
            checkRange(first, target);
            target.put(bytes, (int) first * elementBytes(), target.remaining());
        }
    }

    private void check(ElementSource source, IntUnaryOperator expected) {
        int size = (int) source.elements();
        for (int round = 0; round < 200; round++) {
            int first = random.nextInt(size);
            int count = random.nextInt(size - first) + 1;
            float[] values = source.floats(first, count);
            for (int i = 0; i < count; i++) {
                assertThat(values[i]).as("element %d", first + i).isEqualTo(expected.applyAsInt(first + i));
            }
        }
    }

    private static int half(byte[] codes, int element) {
        return element % 2 == 0 ? codes[element / 2] & 0xf : (codes[element / 2] & 0xff) >>> 4;
    }

    private int[] codes(int count, int bits) {
        return random.ints(count, 0, 1 << bits).toArray();
    }

    private static byte[] bytes(int... codes) {
        byte[] bytes = new byte[codes.length];
        for (int i = 0; i < codes.length; i++) {
            bytes[i] = (byte) codes[i];
        }
        return bytes;
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(1000) / 8f;
        }
        return values;
    }
}
