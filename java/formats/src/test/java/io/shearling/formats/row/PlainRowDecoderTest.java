package io.shearling.formats.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlainRowDecoderTest {
    private final PlainRowDecoder decoder = new PlainRowDecoder();

    static List<GoldenRow> golden() {
        return GoldenRow.all("decode");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void decode_goldenRow_hasTheSameBits(GoldenRow row) {
        float[] values = new float[row.floatBits().size() + 2];
        ByteBuffer source = ByteBuffer.wrap(row.encoded());
        RowDecoder.forType(row.type()).decode(row.type(), source, values, 1, values.length - 2);
        List<Integer> bits = new ArrayList<>();
        for (int i = 1; i < values.length - 1; i++) {
            bits.add(Float.floatToRawIntBits(values[i]));
        }
        assertThat(bits).isEqualTo(row.floatBits());
        assertThat(source.hasRemaining()).isFalse();
        assertThat(values[0]).isZero();
        assertThat(values[values.length - 1]).isZero();
    }

    @Test
    void golden_file_hasEveryType() {
        assertThat(golden().stream().map(GoldenRow::type).distinct()).hasSize(13);
    }

    @Test
    void decode_q4WithNegativeScale_keepsTheSignOfZero() {
        ByteBuffer block = ByteBuffer.allocate(18);
        block.put(1, (byte) 0xbc); // -1 as a half
        for (int i = 2; i < 18; i++) {
            block.put(i, (byte) 0x88);
        }
        float[] values = new float[32];
        decoder.decode(TensorType.Q4_0, block, values, 0, 32);
        assertThat(Float.floatToRawIntBits(values[0])).isEqualTo(Float.floatToRawIntBits(-0.0f));
    }

    @Test
    void decode_wrongArguments_areRefused() {
        ByteBuffer source = ByteBuffer.allocate(34);
        assertThatThrownBy(() -> decoder.decode(TensorType.Q8_0, source, new float[64], 0, 64))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(TensorType.Q8_0, source, new float[31], 0, 32))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(TensorType.Q8_0, source, new float[32], 0, 31))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decoder.decode(TensorType.Q6_K, source, new float[256], 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        RowDecoder superBlocks = RowDecoder.forType(TensorType.Q6_K);
        assertThatThrownBy(() -> superBlocks.decode(TensorType.Q6_K, source, new float[256], 0, 256))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> superBlocks.decode(TensorType.Q8_0, source, new float[32], 0, 32))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forType_typeNobodyServes_saysWhatToAdd() {
        assertThat(RowDecoder.forType(TensorType.Q4_1).name()).isEqualTo("java");
        assertThatThrownBy(() -> RowDecoder.forType(TensorType.IQ1_S))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("iq1_s");
    }
}
