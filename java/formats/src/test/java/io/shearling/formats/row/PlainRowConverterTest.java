package io.shearling.formats.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainRowConverterTest {
    private static final List<TensorType> PLAIN = List.of(TensorType.F32, TensorType.F16, TensorType.BF16);
    private static final int COLUMNS = 64;

    private static final int ROWS = 1_500;

    private final PlainRowConverter converter = new PlainRowConverter();
    private final PlainRowDecoder decoder = new PlainRowDecoder();
    private final PlainRowEncoder encoder = new PlainRowEncoder();

    @Test
    void convert_anyTwoTypes_isThatOfDecoderAndEncoder() {
        float[] numbers = numbers();
        for (TensorType from : PLAIN) {
            ByteBuffer source = encode(from, numbers);
            float[] values = new float[numbers.length];
            decoder.decode(from, source.duplicate(), values, 0, values.length);
            for (TensorType to : List.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0)) {
                assertThat(converter.supports(from, to)).isEqualTo(from != to);
                if (from != to) {
                    ByteBuffer in = source.duplicate();
                    ByteBuffer out = ByteBuffer.allocate(3 + bytes(to) + 5).position(3);
                    converter.convert(from, in, to, out, ROWS, COLUMNS);
                    assertThat(in.remaining()).isZero();
                    assertThat(out.position()).isEqualTo(3 + bytes(to));
                    assertThat(out.slice(3, bytes(to))).as("%s to %s", from, to).isEqualTo(encode(to, values));
                }
            }
        }
    }

    @Test
    void convert_valueThatDoesNotFit_isRefused() {
        float[] numbers = new float[ROWS * COLUMNS];
        numbers[90_001] = Float.NaN;
        ByteBuffer source = encode(TensorType.F32, numbers);
        ByteBuffer target = ByteBuffer.allocate(bytes(TensorType.Q8_0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convert(TensorType.F32, source, TensorType.Q8_0, target, ROWS, COLUMNS))
                .withMessageContaining("The value NaN at index 90001 ");
        assertThat(source.position()).isZero();
        assertThat(target.position()).isZero();
    }

    @Test
    void convert_tooFewBytes_isRefused() {
        ByteBuffer source = ByteBuffer.allocate(2 * COLUMNS);
        ByteBuffer target = ByteBuffer.allocate(2 * COLUMNS - 1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> converter.convert(TensorType.F16, source, TensorType.BF16, target, 1, COLUMNS));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> converter.convert(TensorType.F16, target, TensorType.BF16, source, 1, COLUMNS));
        assertThat(source.position()).isZero();
        assertThat(target.position()).isZero();
    }

    @Test
    void convert_typesThatItDoesNotServe_isRefused() {
        ByteBuffer some = ByteBuffer.allocate(1_000);
        assertThat(converter.supports(TensorType.Q8_0, TensorType.F32)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convert(TensorType.F32, some, TensorType.Q4_0, some, 1, COLUMNS))
                .withMessage("The plain row converter does not make q4_0 of f32.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convert(TensorType.F32, some, TensorType.F16, some, -1, COLUMNS));
    }

    private static float[] numbers() {
        Random random = new Random(11);
        float[] numbers = new float[ROWS * COLUMNS];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 9));
        }
        return numbers;
    }

    private ByteBuffer encode(TensorType type, float[] values) {
        int rows = values.length / COLUMNS;
        ByteBuffer target = ByteBuffer.allocate((int) type.rowBytes(COLUMNS) * rows);
        encoder.encode(type, values, 0, rows, COLUMNS, null, target);
        return target.flip();
    }

    private static int bytes(TensorType type) {
        return (int) type.rowBytes(COLUMNS) * ROWS;
    }
}
