package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a whole JVM that streams from the default model costs, and that it ends. */
class StreamingProcessIT {
    private static final long MEGABYTE = 1_000_000;

    @Test
    void main_in64MegabytesOfHeap_streams256TokensInLittleMemoryAndEnds() {
        ProgramRun run = ChildJvm.of(StreamAndReturn.class)
                .heap("64m")
                .arguments(DefaultModel.path().toString(), "256", "0")
                .timeout(Duration.ofMinutes(3))
                .run();
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains("Sheep").endsWith("tokens: 256" + System.lineSeparator());
        assertThat(run.peakRssAnonBytes()).isBetween(50 * MEGABYTE, 220 * MEGABYTE);
    }
}
