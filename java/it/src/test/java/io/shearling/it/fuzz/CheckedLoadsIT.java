package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some of what {@link CheckedLoadsSoakIT} does at length. */
class CheckedLoadsIT {
    private static final int COUNT = 60;

    @TempDir
    Path folder;

    @Test
    void load_damagedModels_areRefusedOrWork() {
        CheckedLoadRun run = CheckedLoadRun.of(folder, 1_000_000, COUNT);
        assertThat(run.defects()).isEmpty();
        assertThat(run.loaded() + run.refused()).isEqualTo(COUNT);
        assertThat(run.loaded()).isGreaterThan(COUNT / 6);
        assertThat(run.refused()).isGreaterThan(COUNT / 6);
    }
}
