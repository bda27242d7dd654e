package io.shearling.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.bridge.ProbeProgram.Ending;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of an end of shearling-probe on a plug-in. */
class PluginProbeTest {
    private static final Path PLUGIN = Path.of("/p/libggml-wool.so");
    private static final int ABORT = 134;

    @Test
    void judge_good_hasItsDevices() {
        PluginProbe probe = judge(0, "noise of a driver", "device Wool0: a sheep", "device Wool1: a goat", "plugin ok");

        assertThat(probe).isEqualTo(new PluginProbe("", List.of("Wool0: a sheep", "Wool1: a goat")));
    }

    @Test
    void judge_death_namesCauseAndRemedy() {
        assertThat(judge(ABORT, "device Wool0: a sheep").fault())
                .startsWith("it ends the process (abort): look at")
                .contains("v0.5.0");
        assertThat(judge(132).fault()).contains("an instruction that this CPU does not have");
        assertThat(judge(ABORT, "shearling: native code ends the process: a.cu:7: no kernel image")
                        .fault())
                .contains("(a.cu:7: no kernel image)");
        assertThat(judge(0).fault()).as("left by exit(0)").contains("exit code 0");
    }

    @Test
    void judge_noEnd_namesTheOption() {
        assertThat(judge(Ending.NOT_ENDED).fault())
                .isEqualTo("it was not ready after 7 s: give it more with -Dshearling.probe.seconds=N");
    }

    @Test
    void judge_notTried_isRefusedAllTheSame() {
        assertThat(judge(2, "shearling-probe: no memory").fault()).contains("no memory", "-Dshearling.probe=off");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            load_backend: failed to load /p/libggml-wool.so: libvulkan.so.1: cannot open shared object file: No such file or directory | libvulkan.so.1 is missing: install the Vulkan loader (Debian: apt-get install libvulkan1)
            load_backend: failed to load /p/libggml-wool.so: libwool.so.7: cannot open shared object file: No such file or directory | libwool.so.7 is missing: install the package that has it
            load_backend: failed to load /p/libggml-wool.so: /p/libggml-wool.so: undefined symbol: ggml_new | it is made for another release of llama.cpp (ggml_new is not here): take the one for v0.5.0
            load_backend: failed to initialize backend from /p/libggml-wool.so: incompatible API version (backend: 3, current: 2) | it is made for another release of llama.cpp (incompatible API version (backend: 3, current: 2)): take the one for v0.5.0
            load_backend: failed to find ggml_backend_init in /p/libggml-wool.so | it is no plug-in of ggml: name files like libggml-vulkan.so
            load_backend: failed to load /p/libggml-wool.so: /p/libggml-wool.so: invalid ELF header | it is not a shared library: fetch it again
            load_backend: failed to load /p/libggml-wool.so: /lib/libc.so.6: version `GLIBC_2.99' not found (required by /p/libggml-wool.so) | this system's C or C++ library is older than GLIBC_2.99: build it on this system
            load_backend: failed to initialize backend from /p/libggml-wool.so: ggml_backend_init returned NULL | it finds nothing that it can use: look at the GPU and its driver
            its device Wool0 does not work: it cannot compute | its device Wool0 does not work: it cannot compute: look at the driver, or take the plug-in for llama.cpp v0.5.0
            """, quoteCharacter = '"')
    void explain_words_areCauseAndRemedy(String words, String explained) {
        assertThat(PluginFault.explain(PLUGIN, words, "v0.5.0")).isEqualTo(explained);
    }

    private static PluginProbe judge(int exitCode, String... lines) {
        return PluginProbe.judge(new Ending(exitCode, List.of(lines)), PLUGIN, 7, "v0.5.0");
    }
}
