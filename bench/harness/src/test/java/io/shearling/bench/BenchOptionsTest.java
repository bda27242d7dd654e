package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    @Test
    void build_defaults_areThoseOfTheTargets() {
        BenchOptions options = BenchOptions.builder().build();
        assertThat(options.promptTokens()).isEqualTo(512);
        assertThat(options.generatedTokens()).isEqualTo(128);
        assertThat(options.depthTokens()).isEqualTo(326);
        assertThat(options.rule()).isEqualTo(new StopRule(5, 30, 0.02));
        assertThat(options.reference()).isEmpty();
    }

    @Test
    void build_valueOutOfRange_isRefusedByName() {
        assertThatThrownBy(() -> BenchOptions.builder().depthTokens(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("depthTokens is 0");
        assertThatThrownBy(() -> BenchOptions.builder().threads(-1).build()).hasMessageContaining("threads is -1");
    }

    @Test
    void engine_hasRoomForTheLongerTest() {
        assertThat(EngineSettings.engine(BenchOptions.builder().build()).contextTokens())
                .isEqualTo(768);
        assertThat(EngineSettings.engine(BenchOptions.builder().promptTokens(0).build())
                        .contextTokens())
                .isEqualTo(512);
    }

    @Test
    void current_machine_isDescribed() {
        Machine machine = Machine.current();
        assertThat(machine.cores()).isPositive();
        assertThat(machine.cpu()).isNotBlank();
        assertThat(machine.jvm()).isNotBlank();
        assertThat(Build.shearlingVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
