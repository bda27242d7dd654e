package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Closing at any moment ends what runs and leaves nothing behind. */
@ExtendWith(NativeLeakCheck.class)
class RandomClosingIT {
    @TempDir
    Path folder;

    @Test
    void close_atSixtyMoments_endsWhatRuns() {
        RandomClosing closing = new RandomClosing(TinyModels.in(folder).llama(1), 60, 8_000);
        assertThat(Stream.generate(closing::round).limit(60))
                .allSatisfy(round -> assertThat(round.nanos())
                        .as(round.work().name())
                        .isLessThan(Duration.ofSeconds(5).toNanos()));
    }
}
