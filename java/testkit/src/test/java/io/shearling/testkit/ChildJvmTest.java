package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    @Test
    void run_ofAMain_givesItsOutputAndExitCode() {
        ProgramRun run = ChildJvm.of(Echo.class)
                .heap("20m")
                .property("greeting", "hello")
                .environment("PLACE", "field")
                .arguments("sheep")
                .run();
        assertThat(run.stdout()).isEqualTo("hello sheep in the field, heap below 21 MiB: true\n");
        assertThat(run.stderr()).isEqualTo("to stderr\n");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.elapsed()).isPositive();
        assertThat(run.peakRssAnonBytes()).isBetween(1L << 20, 1L << 30);
    }

    @Test
    void run_ofAMainThatDoesNotEnd_failsInTime() {
        ChildJvm child = ChildJvm.of(Echo.class).arguments("forever").timeout(Duration.ofSeconds(1));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(child::run)
                .withMessageContaining("has not ended after 1 s")
                .withMessageContaining("waiting");
    }

    @Test
    void rssAnon_ofThisProcess_countsWhatTheHeapTakes() {
        assertThat(RssAnon.ofThisProcess()).isBetween(10L << 20, 4L << 30);
        assertThat(RssAnon.of(Long.MAX_VALUE)).isEqualTo(OptionalLong.empty());
        assertThat(RssAnon.bytes("RssAnon:\t    1234 kB")).isEqualTo(1234 * 1024);
    }
}
