package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some of what {@link ReaderSoakIT} does at length. */
class ReadingsTest {
    private static final int COUNT = 4_000;

    @TempDir
    Path folder;

    @Test
    void parse_damagedHeaders_areReadOrRefused() {
        int read = Readings.read(folder, 2_000_000, COUNT);
        assertThat(read).isBetween(COUNT / 10, COUNT * 9 / 10);
    }
}
