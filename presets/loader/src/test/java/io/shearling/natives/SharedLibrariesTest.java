package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedLibrariesTest {

    @ParameterizedTest
    @CsvSource({
        "libggml.so, true",
        "libggml.so.0, true",
        "libggml.so.0.25.1, true",
        "libggml.dylib, true",
        "libggml.0.dylib, true",
        "ggml.dll, true",
        "libggml-base.so.0, false",
        "libggml.so.part, false",
        "libggml.so.0.part, false",
        "libggml.txt, false",
        "xggml.so, false"
    })
    void isFileOf_aName_isTrueForALibraryOfThatName(String file, boolean expected) {
        assertThat(SharedLibraries.isFileOf(file, "ggml")).isEqualTo(expected);
    }

    @Test
    void require_inSeveralFolders_takesTheFirstThatHasIt(@TempDir Path base) throws IOException {
        Path one = Files.createDirectory(base.resolve("one"));
        Path two = Files.createDirectory(base.resolve("two"));
        Path library = Files.writeString(two.resolve("libllama.so.0"), "");

        assertThat(SharedLibraries.require(List.of(one, two), "llama")).isEqualTo(library);
    }

    @Test
    void load_fromAnEmptyFolder_namesLibraryAndFolder(@TempDir Path folder) {
        assertThatThrownBy(() -> SharedLibraries.load(List.of(folder)))
                .isInstanceOf(NativeLoadException.class)
                .hasMessageContaining("ggml-base")
                .hasMessageContaining(folder.toString());
    }

    @Test
    void load_ofAFileThatIsNoLibrary_isRefused(@TempDir Path folder) throws IOException {
        for (String name : List.of("ggml-base", "ggml", "llama", "llama-common", "shearling")) {
            Files.writeString(folder.resolve("lib" + name + ".so"), "no library, and long enough for a header");
        }

        assertThatThrownBy(() -> SharedLibraries.load(List.of(folder)))
                .isInstanceOfSatisfying(
                        NativeLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(NativeLoadException.Reason.DAMAGED_FILE));
    }
}
