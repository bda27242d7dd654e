package io.shearling.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LowLevelBindingIT {
    private static List<String> devices = List.of();

    @BeforeAll
    static void loadPlugins() {
        devices = LowLevelExample.devices();
    }

    @Test
    void devices_afterLoadingThePlugins_haveTheCpu() {
        assertThat(devices).anyMatch(device -> device.startsWith("CPU: "));
    }

    @Test
    void complete_withTheDefaultModel_knowsParis(@TempDir Path folder) throws IOException {
        Path model = ModelHub.standard().resolve("smollm2-135m", ProgressListener.none());
        // A name outside every one-byte charset: it must reach C as UTF-8.
        Path link = Files.createSymbolicLink(folder.resolve("Lämmchen \uD83D\uDC11.gguf"), model);

        String text = LowLevelExample.complete(link, "The capital of France is", 8);

        assertThat(text).startsWith(" Paris").hasSizeGreaterThan(12);
    }

    @Test
    void throughQ8_aRow_staysWithinHalfAStep() {
        float[] row = new float[256];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) Math.sin(i);
        }

        float[] back = LowLevelExample.throughQ8(row);

        assertThat(back).hasSize(row.length);
        for (int i = 0; i < row.length; i++) {
            assertThat(back[i]).as("element %d", i).isCloseTo(row[i], within(0.5f / 127 + 1e-3f));
        }
    }

    @Test
    void handleTypedefs_inStructs_areTheirClass() {
        try (ggml_backend_graph_copy copy = new ggml_backend_graph_copy()) {
            assertThat(copy.sizeof()).isEqualTo(4 * Long.BYTES);
        }
    }

    @Test
    void state_afterUse_namesTheFoldersOfTheBuild() {
        assertThat(NativeLibraries.state()).isInstanceOfSatisfying(NativeState.Loaded.class, loaded -> {
            assertThat(loaded.libraries()).hasSize(5);
            assertThat(Loader.getLoadedLibraries().get("jnishearlingllama"))
                    .startsWith(loaded.folders().get(1).toString());
            assertThat(Loader.getLoadedLibraries().get("jnijavacpp"))
                    .startsWith(loaded.folders().get(2).toString());
        });
        assertThat(Pointer.maxPhysicalBytes()).isZero();
    }

    @Test
    void docs_showTheCodeThatIsTestedHere() throws IOException {
        String example = Files.readString(Path.of("src/test/java/io/shearling/llama/LowLevelExample.java"));
        String docs = Files.readString(Path.of("../../docs/low-level.md"));

        // Methods begin with "    static " and end with a brace in the same column.
        List<String> methods = Pattern.compile("^    static .*?^    }$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(example)
                .results()
                .map(result -> result.group().stripIndent())
                .toList();

        assertThat(methods).hasSize(3).allSatisfy(method -> assertThat(docs).contains(method));
    }
}
