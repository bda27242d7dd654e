package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening and closing leaves nothing behind. */
class OpenAndCloseIT {
    private static final int KILOBYTE = 1000;

    @TempDir
    Path folder;

    /** A forgotten context would be four megabytes a cycle, a forgotten model one; the JVM's own warming up stays below. */
    @Test
    void cycles_hundredOfATinyModel_leaveNothing() {
        MemorySlope slope = MemorySlope.of(TinyModels.in(folder).llama(1), 100, Duration.ofMinutes(2));
        assertThat(slope.left()).isEqualTo("left: {}");
        assertThat(slope.bytesPerCycle()).isLessThan(200 * KILOBYTE);
    }
}
