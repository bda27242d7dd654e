package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shearling.formats.row.PlainRowConverter;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The native converter of rows is the one that a program with the runtime has, and writes what plain Java writes. */
class RowConverterIT {
    private static final int COLUMNS = 1 << 16;
    private static final List<TensorType> PLAIN = List.of(TensorType.F32, TensorType.F16, TensorType.BF16);

    private final PlainRowConverter plain = new PlainRowConverter();

    @Test
    void convert_everyNumberOfSixteenBits_isThatOfPlainJava() {
        for (TensorType from : PLAIN) {
            for (TensorType to : PLAIN) {
                if (from != to) {
                    assertSame(from, from == TensorType.F32 ? floats() : halves(), to);
                }
            }
        }
    }

    @Test
    void convert_anyTypes_isDecodedAndEncoded() {
        int columns = 512;
        int rows = 40;
        float[] values = new float[rows * columns];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        float[] importance = new float[columns];
        for (int i = 0; i < columns; i++) {
            importance[i] = random.nextFloat() + 0.01f;
        }
        List<TensorType> targets = List.of(TensorType.Q4_K, TensorType.IQ3_S, TensorType.Q4_0, TensorType.F16);
        for (TensorType from : List.of(TensorType.BF16, TensorType.Q4_1, TensorType.Q6_K)) {
            ByteBuffer stored = encoded(from, values, rows, columns, null);
            float[] back = new float[values.length];
            RowDecoder.forType(from)
                    .decode(from, stored.duplicate().order(ByteOrder.LITTLE_ENDIAN), back, 0, back.length);
            for (TensorType to : targets) {
                ByteBuffer expected = encoded(to, back, rows, columns, importance);
                ByteBuffer actual = ByteBuffer.allocateDirect(expected.capacity());
                RowConverter.find(from, to)
                        .orElseThrow()
                        .convert(from, stored.duplicate(), to, actual, rows, columns, importance);
                assertThat(actual.flip()).as("%s to %s", from, to).isEqualTo(expected);
            }
        }
    }

    private static ByteBuffer encoded(
            TensorType type, float[] values, int rows, int columns, float @Nullable [] importance) {
        ByteBuffer out = ByteBuffer.allocateDirect(Math.toIntExact(type.rowBytes(columns) * rows));
        RowEncoder.forType(type).encode(type, values, 0, rows, columns, importance, out);
        return out.flip();
    }

    @Test
    void convert_blocksOfAnyScale_areThoseOfPlainJava() {
        assertSame(TensorType.F32, scaled(TensorType.F32, 80), TensorType.Q8_0);
        assertSame(TensorType.BF16, scaled(TensorType.BF16, 80), TensorType.Q8_0);
        assertSame(TensorType.F16, scaled(TensorType.F16, 20), TensorType.Q8_0);
    }

    @Test
    void convert_valueThatDoesNotFit_isRefusedWithPlainJavasWords() {
        ByteBuffer source = scaled(TensorType.F32, 10);
        source.putFloat(4 * 5_000, Float.NEGATIVE_INFINITY);
        ByteBuffer target = ByteBuffer.allocateDirect(2 * COLUMNS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(TensorType.F32, TensorType.Q8_0)
                        .convert(TensorType.F32, source, TensorType.Q8_0, target, 1, COLUMNS))
                .withMessageContaining("The value -Infinity at index 5000 cannot be quantized to q8_0");
    }

    /** What native code must not see. */
    @Test
    void convert_tooFewBytes_isRefused() {
        ByteBuffer source = halves();
        ByteBuffer target = ByteBuffer.allocateDirect(2 * COLUMNS - 1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> find(TensorType.F16, TensorType.BF16)
                        .convert(TensorType.F16, source, TensorType.BF16, target, 1, COLUMNS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(TensorType.F16, TensorType.BF16)
                        .convert(TensorType.F16, source, TensorType.BF16, target, -1, COLUMNS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(TensorType.F16, TensorType.BF16)
                        .convert(TensorType.F16, source, TensorType.F16, source.duplicate(), 1, COLUMNS));
    }

    private void assertSame(TensorType from, ByteBuffer source, TensorType to) {
        ByteBuffer expected = ByteBuffer.allocate((int) to.rowBytes(COLUMNS));
        plain.convert(from, source.duplicate(), to, expected, 1, COLUMNS);
        ByteBuffer heap = ByteBuffer.allocate(expected.capacity());
        find(from, to).convert(from, source.duplicate(), to, heap, 1, COLUMNS);
        assertThat(heap.flip()).isEqualTo(expected.flip());
        // Positions that are no multiple of anything, in halves of a row.
        ByteBuffer in = ByteBuffer.allocateDirect(7 + source.capacity()).position(7);
        in.put(source.duplicate()).position(7);
        ByteBuffer out = ByteBuffer.allocateDirect(3 + expected.capacity() + 9).position(3);
        find(from, to).convert(from, in, to, out, 2, COLUMNS / 2);
        assertThat(in.remaining()).isZero();
        assertThat(out.position()).isEqualTo(3 + expected.capacity());
        assertThat(out.slice(3, expected.capacity())).as("%s to %s", from, to).isEqualTo(expected);
    }

    private static RowConverter find(TensorType from, TensorType to) {
        RowConverter converter = RowConverter.find(from, to).orElseThrow();
        assertThat(converter.name()).isEqualTo("native");
        return converter;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer halves() {
        ByteBuffer all = little(2 * COLUMNS);
        for (int i = 0; i < COLUMNS; i++) {
            all.putShort((short) i);
        }
        return all.flip();
    }

    /** With each upper half once, and lower ones around the middle between two halves. */
    private static ByteBuffer floats() {
        Random random = new Random(17);
        int[] low = {0, 1, 0x0fff, 0x1000, 0x1001, 0x7fff, 0x8000, 0x8001, 0xffff};
        ByteBuffer all = little(4 * COLUMNS);
        for (int i = 0; i < COLUMNS; i++) {
            all.putInt(i << 16 | low[random.nextInt(low.length)]);
        }
        return all.flip();
    }

    /** Blocks whose values are of the same size, from 2^-range on to 2^range/8; in some are halves of the step. */
    private static ByteBuffer scaled(TensorType type, int range) {
        Random random = new Random(19);
        ByteBuffer numbers = little(4 * COLUMNS);
        for (int i = 0; i < COLUMNS / 32; i++) {
            boolean halves = random.nextInt(4) == 0;
            double scale = halves ? 1 : Math.scalb(1, Math.min(random.nextInt(2 * range) - range, 13));
            for (int j = 0; j < 32; j++) {
                double half = j == 0 ? 127 : random.nextInt(254) / 2.0 - 63;
                numbers.putFloat((float) (halves ? half : random.nextGaussian() * scale));
            }
        }
        numbers.flip();
        if (type == TensorType.F32) {
            return numbers;
        }
        ByteBuffer stored = little(2 * COLUMNS);
        new PlainRowConverter().convert(TensorType.F32, numbers, type, stored, 1, COLUMNS);
        return stored.flip();
    }
}
