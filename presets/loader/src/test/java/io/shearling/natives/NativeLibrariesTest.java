package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

/** In this module there is no bundle, so loading fails; that it works is tested where there is one. */
class NativeLibrariesTest {

    @Test
    void load_withoutABundle_isRefusedAtEveryCallWithTheSameSentence() {
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(NativeLoadException.class)
                    .isThrownBy(NativeLibraries::load)
                    .withMessageContaining(HostPlatform.name())
                    .withMessageContaining("shearling-platform")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(NativeLoadException.Reason.NO_BUNDLE));
        }
        assertThat(NativeLibraries.state()).isInstanceOfSatisfying(NativeState.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(NativeLoadException.Reason.NO_BUNDLE);
            assertThat(refused.message()).contains("shearling-platform");
        });
    }

    @Test
    void loadBinding_withoutABundle_isAnErrorThatAnInitialiserMayThrow() {
        assertThatExceptionOfType(UnsatisfiedLinkError.class)
                .isThrownBy(() -> NativeLibraries.loadBinding(NativeLibrariesTest.class, "jnisomething"))
                .withMessageContaining("shearling-platform")
                .withCauseInstanceOf(NativeLoadException.class);
    }
}
