package io.shearling.convert.element;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ElementDecoderTest {
    @Test
    void decode_eightBitFloats_asThePaperSays() {
        // Largest, smallest normal, largest and smallest subnormal, zeros, NaN.
        assertThat(one(SafetensorsType.F8_E4M3, 0x7e)).isEqualTo(448);
        assertThat(one(SafetensorsType.F8_E4M3, 0x08)).isEqualTo(0x1p-6f);
        assertThat(one(SafetensorsType.F8_E4M3, 0x07)).isEqualTo(0.875f * 0x1p-6f);
        assertThat(one(SafetensorsType.F8_E4M3, 0x81)).isEqualTo(-0x1p-9f);
        assertThat(one(SafetensorsType.F8_E4M3, 0x80)).isEqualTo(-0f);
        assertThat(one(SafetensorsType.F8_E4M3, 0x7f)).isNaN();
        assertThat(one(SafetensorsType.F8_E5M2, 0x7b)).isEqualTo(57_344);
        assertThat(one(SafetensorsType.F8_E5M2, 0x04)).isEqualTo(0x1p-14f);
        assertThat(one(SafetensorsType.F8_E5M2, 0x01)).isEqualTo(0x1p-16f);
        assertThat(one(SafetensorsType.F8_E5M2, 0xfc)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(one(SafetensorsType.F8_E5M2, 0x7d)).isNaN();
    }

    @Test
    void decode_largeIntegers_roundsOnce() {
        assertThat(one(SafetensorsType.U64, 0xffff_ff7f_ffff_ffffL)).isEqualTo(0x1.fffffep63f);
        assertThat(one(SafetensorsType.U64, 0xffff_ff80_0000_0000L)).isEqualTo(0x1p64f);
        assertThat(one(SafetensorsType.I64, -1)).isEqualTo(-1);
        assertThat(one(SafetensorsType.U32, 0xffff_ffffL)).isEqualTo(0x1p32f);
        assertThat(one(SafetensorsType.I8, 0x80)).isEqualTo(-128);
        assertThat(one(SafetensorsType.BOOL, 1)).isEqualTo(1);
    }

    private static float one(SafetensorsType type, long bits) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bits);
        float[] value = new float[1];
        ElementDecoder.decode(type, bytes, value, 0, 1);
        return value[0];
    }
}
