package io.shearling.formats.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ShortBuffer;
import org.junit.jupiter.api.Test;

class HalfTableTest {
    private static final int ALL = 1 << 16;

    @Test
    void translate_everyValue_isThatOfBothConversions() {
        short[] all = new short[ALL];
        for (int i = 0; i < ALL; i++) {
            all[i] = (short) i;
        }
        short[] halves = translated(HalfTable.toFloat16(), all);
        short[] upperHalves = translated(HalfTable.toBFloat16(), all);
        for (int i = 0; i < ALL; i++) {
            assertThat(halves[i]).isEqualTo(Float16.fromFloat(BFloat16.toFloat((short) i)));
            assertThat(upperHalves[i]).isEqualTo(BFloat16.fromFloat(Float16.toFloat((short) i)));
        }
    }

    /** A count that is no multiple of what goes through at a time. */
    @Test
    void translate_someOfABuffer_movesBothPositions() {
        ShortBuffer in = ShortBuffer.allocate(10_000).position(3);
        ShortBuffer out = ShortBuffer.allocate(10_000).position(5);
        HalfTable.toFloat16().translate(in, out, 9_001);
        assertThat(in.position()).isEqualTo(9_004);
        assertThat(out.position()).isEqualTo(9_006);
    }

    private static short[] translated(HalfTable table, short[] values) {
        ShortBuffer out = ShortBuffer.allocate(values.length);
        table.translate(ShortBuffer.wrap(values), out, values.length);
        return out.array();
    }
}
