package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubOptionsTest {
    @Test
    void fromEnvironment_everythingSet_isTaken() {
        HubOptions options = HubOptions.fromEnvironment(
                Map.of(
                        "SHEARLING_CACHE", "/c",
                        "SHEARLING_OFFLINE", "1",
                        "HF_ENDPOINT", "https://mirror.example/hub/",
                        "HF_TOKEN", " secret "),
                null);
        assertThat(options.cacheFolder()).isEqualTo(Path.of("/c").toAbsolutePath());
        assertThat(options.offline()).isTrue();
        assertThat(options.endpoint()).isEqualTo(URI.create("https://mirror.example/hub"));
        assertThat(options.token()).contains("secret");
        assertThat(options.toString()).doesNotContain("secret");
        assertThat(options.toBuilder().build()).hasToString(options.toString());
    }

    @Test
    void fromEnvironment_nothingSet_givesDefaults() {
        HubOptions options = HubOptions.fromEnvironment(Map.of(), null);
        assertThat(options.offline()).isFalse();
        assertThat(options.endpoint()).isEqualTo(HubOptions.DEFAULT_ENDPOINT);
        assertThat(options.token()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "true,true", "YES,true", "0,false", "false,false", "'',false"})
    void offlineProperty_value_isRead(String value, boolean offline) {
        assertThat(HubOptions.fromEnvironment(Map.of(), value).offline()).isEqualTo(offline);
    }

    @Test
    void offlineProperty_otherValue_isRefused() {
        assertThatThrownBy(() -> HubOptions.fromEnvironment(Map.of(), "maybe"))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_OPTION))
                .hasMessageContaining("maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "huggingface.co", "https://", "not an address"})
    void endpoint_notHttp_isRefused(String endpoint) {
        assertThatThrownBy(() -> HubOptions.fromEnvironment(Map.of("HF_ENDPOINT", endpoint), null))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(endpoint);
    }

    @Test
    void token_withLineBreak_isRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> HubOptions.builder(Path.of("c")).token("ab\nc").build())
                .isInstanceOf(HubException.class)
                .message()
                .doesNotContain("ab");
    }

    @Test
    void timeout_zero_isRefused() {
        assertThatThrownBy(() -> HubOptions.builder(Path.of("c"))
                        .connectTimeout(Duration.ZERO)
                        .build())
                .isInstanceOf(HubException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, , , /home/u/.cache/shearling",
        "Linux, /own, /xdg, /own",
        "Linux, , /xdg, /xdg/shearling",
        "Linux, , relative, /home/u/.cache/shearling",
        "Mac OS X, , , /home/u/Library/Caches/shearling",
        "Mac OS X, , /xdg, /xdg/shearling",
        "Windows 11, , , /local/shearling",
    })
    void cacheFolder_system_followsItsRules(
            String system, @Nullable String own, @Nullable String xdg, String expected) {
        Map<String, String> environment = Map.of(
                "SHEARLING_CACHE", own == null ? "" : own,
                "XDG_CACHE_HOME", xdg == null ? "" : xdg,
                "LOCALAPPDATA", "/local");
        assertThat(CacheFolders.of(environment, system, Path.of("/home/u")).cache())
                .isEqualTo(Path.of(expected));
    }
}
