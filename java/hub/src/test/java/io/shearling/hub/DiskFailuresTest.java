package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskFailuresTest {
    @ParameterizedTest
    @CsvSource({
        "No space left on device, 1000000000, true",
        "Disk quota exceeded, 1000000000, true",
        "Auf dem Ger\u00e4t ist kein Speicherplatz mehr verf\u00fcgbar, 4096, true",
        "Eingabe-/Ausgabefehler, 1000000000, false",
    })
    void isFull_inAnyLanguage_isSeenByTheSpaceThatIsLeft(String words, long freeBytes, boolean full) {
        assertThat(DiskFailures.isFull(new IOException(words), freeBytes)).isEqualTo(full);
    }
}
