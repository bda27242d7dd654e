package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A thousand times the default model. */
class OpenAndCloseSoakIT {
    private static final int CYCLES = 1000;
    private static final int KILOBYTE = 1000;

    @Test
    void cycles_thousandOfTheDefaultModel_leaveNothing() {
        MemorySlope slope = MemorySlope.of(DefaultModel.path(), CYCLES, Duration.ofMinutes(30));
        System.out.printf(
                "%d cycles: %.0f bytes a cycle over the second half, %d bytes at the end, %s%n",
                CYCLES, slope.bytesPerCycle(), slope.lastBytes(), slope.left());
        assertThat(slope.left()).isEqualTo("left: {}");
        assertThat(slope.bytesPerCycle()).isLessThan(KILOBYTE);
    }
}
