package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million damaged headers in a heap of 64 MB: each is read or refused within five seconds. */
class ReaderSoakIT {
    private static final int COUNT = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void parse_damagedHeaders_areReadOrRefused() {
        ProgramRun run = ChildJvm.of(Readings.class)
                .heap("64m")
                .arguments(folder.toString(), "0", Integer.toString(COUNT))
                .timeout(Duration.ofHours(1))
                .run();
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        String[] words = run.stdout().strip().split(" ", -1);
        int read = Integer.parseInt(words[0]);
        int refused = Integer.parseInt(words[1]);
        assertThat(read + refused).isEqualTo(COUNT);
        assertThat(read).isGreaterThan(COUNT / 10);
        assertThat(refused).isGreaterThan(COUNT / 10);
    }
}
