package io.shearling.formats.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlainRowEncoderTest {
    private final PlainRowEncoder encoder = new PlainRowEncoder();

    static List<GoldenRow> golden() {
        return GoldenRow.all("encode");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void encode_goldenRow_hasTheSameBytes(GoldenRow row) {
        assertThat(encode(row.type(), row.floats())).isEqualTo(row.encoded());
    }

    @Test
    void golden_file_hasEveryType() {
        assertThat(golden()).extracting(GoldenRow::type).contains(TensorType.F32, TensorType.F16);
        assertThat(golden()).extracting(GoldenRow::type).contains(TensorType.BF16, TensorType.Q8_0);
        assertThat(golden()).hasSizeGreaterThan(35);
    }

    @Test
    void encode_severalRowsWithOffset_writesThemOneAfterTheOther() {
        Random random = new Random(3);
        float[] values = new float[5 + 3 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0)) {
            int rowBytes = (int) type.rowBytes(64);
            ByteBuffer target = ByteBuffer.allocateDirect(7 + 3 * rowBytes + 1);
            target.position(7);
            encoder.encode(type, values, 5, 3, 64, new float[64], target);
            assertThat(target.position()).isEqualTo(7 + 3 * rowBytes);
            for (int row = 0; row < 3; row++) {
                float[] one = java.util.Arrays.copyOfRange(values, 5 + row * 64, 5 + row * 64 + 64);
                assertThat(target.slice(7 + row * rowBytes, rowBytes)).isEqualTo(ByteBuffer.wrap(encode(type, one)));
            }
            assertThat(target.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        }
    }

    /** Every float between 0 and 127 whose last bits could turn a sum with a half, and many others. */
    @Test
    void encode_q8_roundsHalfAwayFromZero() {
        Random random = new Random(5);
        float[] values = new float[32];
        for (int i = 0; i < 20_000; i++) {
            values[0] = 127; // the scale is 1
            for (int j = 1; j < 32; j++) {
                float half = random.nextInt(127) + 0.5f;
                float near = half + (random.nextInt(5) - 2) * Math.ulp(half);
                values[j] = (j % 3 == 0 ? random.nextFloat() * 127 : near) * (random.nextBoolean() ? 1 : -1);
            }
            values[1] = Math.nextDown(0.5f);
            byte[] block = encode(TensorType.Q8_0, values);
            for (int j = 0; j < 32; j++) {
                double exact = values[j];
                assertThat(block[2 + j]).isEqualTo((byte) (exact < 0 ? exact - 0.5 : exact + 0.5));
            }
        }
    }

    @Test
    void encode_q8WithSubnormals_writesZeros() {
        float[] values = new float[32];
        values[3] = 1e-42f;
        assertThat(encode(TensorType.Q8_0, values)).containsOnly(0);
    }

    @Test
    void encode_q8OfWhatItCannotHold_isRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] values = new float[32];
            values[9] = bad;
            assertThatThrownBy(() -> encode(TensorType.Q8_0, values))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The value " + bad + " at index 9 cannot be quantized to q8_0; use a float type.");
        }
        float[] large = new float[32];
        large[0] = 1e7f;
        assertThatThrownBy(() -> encode(TensorType.Q8_0, large)).hasMessageContaining("too large");
    }

    @Test
    void encode_wrongArguments_areRefused() {
        ByteBuffer target = ByteBuffer.allocate(34);
        assertThatThrownBy(() -> encoder.encode(TensorType.Q8_0, new float[64], 0, 1, 33, null, target))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encoder.encode(TensorType.Q8_0, new float[32], 1, 1, 32, null, target))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> encoder.encode(TensorType.Q8_0, new float[64], 0, 2, 32, null, target))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> encoder.encode(TensorType.Q8_0, new float[32], 0, 1, 32, new float[3], target))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encoder.encode(TensorType.Q4_0, new float[32], 0, 1, 32, null, target))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(target.position()).isZero();
    }

    @Test
    void forType_typeNobodyServes_saysWhatToAdd() {
        assertThat(RowEncoder.forType(TensorType.Q8_0).name()).isEqualTo("java");
        assertThat(RowEncoder.find(TensorType.Q4_K)).isEmpty();
        assertThatThrownBy(() -> RowEncoder.forType(TensorType.Q4_K))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("q4_K")
                .hasMessageContaining("shearling-runtime");
    }

    private byte[] encode(TensorType type, float[] values) {
        byte[] bytes = new byte[(int) type.rowBytes(values.length)];
        encoder.encode(type, values, 0, 1, values.length, null, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
