package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand damaged models, each of which is refused with a sentence or works; no process dies or hangs of one. */
class CheckedLoadsSoakIT {
    /** Other seeds than the first: {@code -Dshearling.fuzz.first=20000}. */
    private static final long FIRST = Long.getLong("shearling.fuzz.first", 0);

    private static final int COUNT = Integer.getInteger("shearling.fuzz.loads", 10_000);

    @TempDir
    Path folder;

    @Test
    void load_damagedModels_areRefusedOrWork() {
        CheckedLoadRun run = CheckedLoadRun.of(folder, FIRST, COUNT);
        assertThat(run.defects()).isEmpty();
        assertThat(run.loaded() + run.refused()).isEqualTo(COUNT);
        assertThat(run.loaded()).isGreaterThan(COUNT / 6);
    }
}
