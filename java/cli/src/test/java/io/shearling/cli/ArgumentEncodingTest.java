package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentEncodingTest {
    private static final byte[] UTF8 = "java\0run\0gr\u00fcn?\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LATIN = "java\0run\0gr\u00fcn?\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ASCII = "java\0run\0green?\0".getBytes(StandardCharsets.US_ASCII);

    @Test
    void check_whatTheLocaleCarries_isTaken() {
        assertThatCode(() -> ArgumentEncoding.check("UTF-8", UTF8)).doesNotThrowAnyException();
        assertThatCode(() -> ArgumentEncoding.check("ANSI_X3.4-1968", ASCII)).doesNotThrowAnyException();
        assertThatCode(() -> ArgumentEncoding.check("x-none", ASCII)).doesNotThrowAnyException();
    }

    @Test
    void check_whatItDoesNot_isRefused() {
        assertThatThrownBy(() -> ArgumentEncoding.check("UTF-8", LATIN))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("an argument is not UTF-8");
        assertThatThrownBy(() -> ArgumentEncoding.check("ANSI_X3.4-1968", UTF8))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }
}
