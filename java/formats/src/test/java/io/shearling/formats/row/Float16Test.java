package io.shearling.formats.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {

    @Test
    void toFloat_everyHalf_comesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float16.toFloat((short) bits);
            int back = Float16.fromFloat(value) & 0xffff;
            int expected = Float.isNaN(value) ? (bits & 0x8000) | 0x7e00 : bits;
            assertThat(back).isEqualTo(expected);
        }
    }

    @Test
    void fromFloat_anyFloat_isTheNearestHalf() {
        Random random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Math.abs(value) > 65504 || Float.isNaN(value)) {
                continue;
            }
            short half = Float16.fromFloat(value);
            double error = Math.abs((double) value - Float16.toFloat(half));
            int magnitude = half & 0x7fff;
            double above = magnitude == 0x7bff ? Double.MAX_VALUE : distance(value, magnitude + 1);
            double below = magnitude == 0 ? Double.MAX_VALUE : distance(value, magnitude - 1);
            assertThat(error).isLessThanOrEqualTo(Math.min(above, below));
            if (error == Math.min(above, below)) {
                assertThat(magnitude & 1).isZero();
            }
        }
    }

    @Test
    void fromFloat_borders_areRounded() {
        assertThat(Float16.fromFloat(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(Float16.fromFloat(65520)).isEqualTo((short) 0x7c00);
        assertThat(Float16.fromFloat(-1e30f)).isEqualTo((short) 0xfc00);
        assertThat(Float16.fromFloat(0x1p-25f)).isEqualTo((short) 0);
        assertThat(Float16.fromFloat(0x1.8p-25f)).isEqualTo((short) 1);
        assertThat(Float16.fromFloat(-0.0f)).isEqualTo((short) 0x8000);
        assertThat(Float16.fromFloat(Float.NaN)).isEqualTo((short) 0x7e00);
    }

    @Test
    void brain_values_roundToEvenAndComeBack() {
        assertThat(BFloat16.fromFloat(1 + 0x1p-8f)).isEqualTo((short) 0x3f80);
        assertThat(BFloat16.fromFloat(1 + 0x1.8p-7f)).isEqualTo((short) 0x3f82);
        assertThat(BFloat16.fromFloat(Float.NaN)).isEqualTo((short) 0x7fc0);
        assertThat(BFloat16.fromFloat(Float.intBitsToFloat(0x7f80_0001))).isEqualTo((short) 0x7fc0);
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = BFloat16.toFloat((short) bits);
            int expected = Float.isNaN(value) ? bits | 0x40 : bits;
            assertThat(BFloat16.fromFloat(value) & 0xffff).isEqualTo(expected);
        }
    }

    private static double distance(float value, int magnitude) {
        return Math.abs(Math.abs((double) value) - Float16.toFloat((short) magnitude));
    }
}
