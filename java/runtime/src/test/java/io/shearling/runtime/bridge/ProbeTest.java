package io.shearling.runtime.bridge;

import static io.shearling.runtime.bridge.Probe.judge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.bridge.ProbeProgram.Ending;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of an end of shearling-probe. */
class ProbeTest {
    private static final Path MODEL = Path.of("wool.gguf");

    @Test
    void judge_allSaid_isGood() {
        assertThat(judge(new Ending(0, List.of("model ok", "template ok")), MODEL))
                .contains(Probe.GOOD);
    }

    @Test
    void judge_refused_namesTheFileOnce() {
        assertThat(judge(new Ending(0, List.of("model bad wool.gguf: no tensors")), MODEL))
                .contains(new Probe("no tensors", ""));
        assertThat(judge(new Ending(0, List.of("model bad no tensors")), MODEL)).contains(new Probe("no tensors", ""));
    }

    @Test
    void judge_deathWhileLoading_isTheModels() {
        List<String> lines = List.of("shearling: native code ends the process: a.cpp:7: GGML_ASSERT(x) failed");
        assertThat(judge(new Ending(134, lines), MODEL))
                .contains(new Probe("native code dies of it (a.cpp:7: GGML_ASSERT(x) failed)", ""));
        assertThat(judge(new Ending(139, List.of()), MODEL))
                .contains(new Probe("native code dies of it (memory that is not there)", ""));
    }

    @Test
    void judge_deathAfterwards_isTheTemplates() {
        assertThat(judge(new Ending(139, List.of("model ok")), MODEL))
                .contains(new Probe("", "native code dies of it (memory that is not there)"));
        assertThat(judge(new Ending(152, List.of("model ok")), MODEL))
                .contains(new Probe("", "it does not end within a second"));
        assertThat(judge(new Ending(0, List.of("model ok", "template bad it is too large")), MODEL))
                .contains(new Probe("", "it is too large"));
    }

    @Test
    void judge_notTheFilesFault_isNoAnswer() {
        assertThat(judge(new Ending(2, List.of("shearling-probe: no memory")), MODEL))
                .isEmpty();
        assertThat(judge(new Ending(127, List.of()), MODEL)).isPresent();
        assertThatThrownBy(() -> judge(new Ending(137, List.of()), MODEL))
                .isInstanceOf(ShearlingException.class)
                .hasMessageContaining("wool.gguf")
                .hasMessageContaining("memory");
    }
}
