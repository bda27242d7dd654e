package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of what {@link CheckedLoadsSoakIT} does at length. */
@Tag("once")
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

    /** A bias that cannot be added, in a head that only ranking uses; vectors announced wider than they are. */
    @ParameterizedTest
    @ValueSource(longs = {5204, 7066})
    void load_modelsThatOnceEndedTheProcess_areRefusedOrWork(long seed) {
        CheckedLoadRun run = CheckedLoadRun.of(folder, seed, 1);
        assertThat(run.defects()).isEmpty();
    }
}
