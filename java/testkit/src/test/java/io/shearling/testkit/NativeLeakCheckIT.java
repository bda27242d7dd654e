package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.Model;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLeakCheckIT {
    @TempDir
    Path folder;

    @Test
    void check_whileAModelAndAnEngineAreOpen_namesBoth() throws InterruptedException {
        NativeCounters before = NativeCounters.read();
        try (Model model = Model.load(TinyModels.in(folder).llama(1))) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> NativeLeakCheck.check(before, Duration.ZERO))
                    .withMessageContaining("+1 models")
                    .withMessageContaining("bytes of models");
            try (Engine engine = model.newEngine(EngineOptions.DEFAULT)) {
                assertThat(engine.contextTokens()).isPositive();
                assertThatExceptionOfType(AssertionError.class)
                        .isThrownBy(() -> NativeLeakCheck.check(before, Duration.ZERO))
                        .withMessageContaining("+1 contexts")
                        .withMessageContaining("bytes of contexts");
            }
        }
        NativeLeakCheck.check(before, Duration.ofSeconds(2));
    }

    @Test
    void check_afterSomethingElseWasFreed_failsToo() {
        Model model = Model.load(TinyModels.in(folder).llama(1));
        NativeCounters before = NativeCounters.read();
        model.close();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> NativeLeakCheck.check(before, Duration.ZERO))
                .withMessageContaining("-1 models");
    }
}
