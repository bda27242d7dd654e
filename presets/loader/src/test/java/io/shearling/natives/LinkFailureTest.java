package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkFailureTest {
    private static final Path FILE = Path.of("/c/libllama.so.0");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MISSING_LIBRARY    | libstdc++6   | /c/libllama.so.0: libstdc++.so.6: cannot open shared object file: No such file or directory
            MISSING_LIBRARY    | libvulkan    | /c/libllama.so.0: libvulkan.so.1: cannot open shared object file: No such file or directory
            MISSING_LIBRARY    | glibc        | Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /c/libllama.so.0)
            OLD_SYSTEM         | GLIBC_2.38   | /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /c/libllama.so.0)
            OLD_SYSTEM         | GLIBCXX_3.4.32 | /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /c/libllama.so.0)
            NOT_EXECUTABLE     | SHEARLING_CACHE | /c/libllama.so.0: failed to map segment from shared object: Operation not permitted
            OTHER_CLASS_LOADER | class loader | Native Library /c/libllama.so.0 already loaded in another classloader
            WRONG_ARCHITECTURE | JVM          | /c/libllama.so.0: wrong ELF class: ELFCLASS32 (Possible cause: architecture word width mismatch)
            WRONG_ARCHITECTURE | JVM          | /c/libllama.so.0: cannot open shared object file (Possible cause: can't load AMD 64 .so on a AARCH64 platform)
            DAMAGED_FILE       | delete       | /c/libllama.so.0: file too short
            DAMAGED_FILE       | delete       | /c/libllama.so.0: invalid ELF header
            OTHER              | ldd          | Can't load library: /c/libllama.so.0
            OTHER              | ldd          | /c/libllama.so.0: undefined symbol: ggml_new_thing
            """)
    void explain_wordsOfTheSystem_givesReasonAndRemedy(NativeLoadException.Reason reason, String part, String words) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError(words);

        NativeLoadException explained = LinkFailure.explain(FILE, error);

        assertThat(explained.reason()).isEqualTo(reason);
        assertThat(explained)
                .hasMessageStartingWith(FILE + " cannot be loaded because ")
                .hasMessageContaining(part)
                .hasMessageEndingWith(".")
                .hasCause(error);
    }

    @Test
    void explain_nativeAccessDenied_namesTheOption() {
        assertThat(LinkFailure.explain(FILE, new IllegalCallerException("denied")))
                .hasMessageContaining("--enable-native-access")
                .extracting(NativeLoadException::reason)
                .isEqualTo(NativeLoadException.Reason.NATIVE_ACCESS_DENIED);
    }
}
