package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeFileTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void parseIndex_ofLines_givesFilesInTheirOrder() {
        String index = HASH + " 7 libb.so\n" + HASH + " 0 liba.so.0\r\n\n";

        assertThat(NativeFile.parseIndex(index))
                .containsExactly(new NativeFile("libb.so", 7, HASH), new NativeFile("liba.so.0", 0, HASH));
    }

    @Test
    void toLine_parsedAgain_isTheSameFile() {
        NativeFile file = new NativeFile("lib with blank.so", 123, HASH);

        assertThat(NativeFile.parseIndex(file.toLine())).containsExactly(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libx.so",
                "HASH libx.so",
                "HASH -1 libx.so",
                "HASH x libx.so",
                "HASH 1 ../libx.so",
                "HASH 1 .hidden",
                "HASH 99999999999999999999 libx.so",
                "0123 1 libx.so",
                "HASH0 1 libx.so"
            })
    void parseIndex_ofSomethingElse_isRefusedWithTheLine(String line) {
        String text = line.replace("HASH", HASH);

        assertThatThrownBy(() -> NativeFile.parseIndex(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
