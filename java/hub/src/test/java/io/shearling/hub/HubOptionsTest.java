package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubOptionsTest {
    @TempDir
    Path home;

    private HubOptions options(Map<String, String> variables) {
        return options(variables, Map.of());
    }

    private HubOptions options(Map<String, String> variables, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(variables);
        all.putIfAbsent("HOME", home.toString());
        return HubOptions.of(new Environment(all, properties));
    }

    @Test
    void fromEnvironment_everythingSet_isTaken() {
        HubOptions options = options(Map.of(
                "SHEARLING_CACHE", "/c",
                "SHEARLING_OFFLINE", "1",
                "SHEARLING_CONNECTIONS", "7",
                "HF_ENDPOINT", "https://mirror.example/hub/",
                "HF_TOKEN", " secret "));
        assertThat(options.connections()).isEqualTo(7);
        assertThat(options.cacheFolder()).isEqualTo(Path.of("/c").toAbsolutePath());
        assertThat(options.offline()).isTrue();
        assertThat(options.endpoint()).isEqualTo(URI.create("https://mirror.example/hub"));
        assertThat(options.token()).contains("secret");
        assertThat(options.toString()).doesNotContain("secret");
        assertThat(options.toBuilder().build()).hasToString(options.toString());
    }

    @Test
    void fromEnvironment_nothingSet_givesDefaults() {
        HubOptions options = options(Map.of());
        assertThat(options.offline()).isFalse();
        assertThat(options.endpoint()).isEqualTo(HubOptions.DEFAULT_ENDPOINT);
        assertThat(options.token()).isEmpty();
    }

    @Test
    void fromEnvironment_proxyThatCannotBeUsed_isRefusedOnlyWhenItIsAskedFor() {
        HubOptions options = options(Map.of("ALL_PROXY", "socks5://p.example:1080"));
        assertThatThrownBy(options::proxy).isInstanceOf(HubException.class).hasMessageContaining("ALL_PROXY");
    }

    @Test
    void proxy_ofTheEndpoint_isToldWithoutItsPassword() {
        assertThat(options(Map.of("HTTPS_PROXY", "http://me:secret@p.example:3128"))
                        .proxy())
                .contains("HTTP @ p.example:3128");
        assertThat(options(Map.of("HTTP_PROXY", "http://p.example:3128")).proxy())
                .isEmpty();
        assertThat(options(Map.of("HTTPS_PROXY", "http://p.example:3128", "NO_PROXY", "huggingface.co"))
                        .proxy())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "true,true", "YES,true", "0,false", "false,false", "'',false"})
    void offlineProperty_value_isRead(String value, boolean offline) {
        assertThat(options(Map.of(), Map.of("shearling.offline", value)).offline())
                .isEqualTo(offline);
    }

    @Test
    void offlineProperty_otherValue_isRefused() {
        assertThatThrownBy(() -> options(Map.of(), Map.of("shearling.offline", "maybe")))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_OPTION))
                .hasMessageContaining("maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "huggingface.co", "https://", "not an address"})
    void endpoint_notHttp_isRefused(String endpoint) {
        assertThatThrownBy(() -> options(Map.of("HF_ENDPOINT", endpoint)))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "https://mirror.example:99999, the port 99999",
        "https://mirror.example:0, the port 0",
        "https://mirror.example/hub?key=secret, a query or a fragment",
        "https://mirror.example/hub#secret, a query or a fragment",
        "https://mirror.example?, a query or a fragment",
    })
    void endpoint_withWhatNoHubHas_isRefused(String endpoint, String words) {
        assertThatThrownBy(() -> options(Map.of("HF_ENDPOINT", endpoint)))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_OPTION))
                .hasMessageContaining("mirror.example")
                .hasMessageContaining(words)
                .message()
                .doesNotContain("secret");
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
    @ValueSource(strings = {"SHEARLING_OFFLINE", "HF_HUB_OFFLINE"})
    void offlineVariable_set_isRead(String name) {
        assertThat(options(Map.of(name, "1")).offline()).isTrue();
        assertThat(options(Map.of(name, "0")).offline()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "17", "many", "99999999999"})
    void connections_outOfRange_areRefused(String value) {
        assertThatThrownBy(() -> options(Map.of("SHEARLING_CONNECTIONS", value)))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("SHEARLING_CONNECTIONS")
                .hasMessageContaining(value);
    }

    @Test
    void endpoint_withPassword_isRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> options(Map.of("HF_ENDPOINT", "https://me:secret@mirror.example")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("mirror.example")
                .message()
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, , , , /home/u/.cache/shearling",
        "Linux, /own, /xdg, , /own",
        "Linux, /own, /xdg, /property, /property",
        "Linux, , /xdg, , /xdg/shearling",
        "Linux, , relative, , /home/u/.cache/shearling",
        "Mac OS X, , , , /home/u/Library/Caches/shearling",
        "Mac OS X, , /xdg, , /xdg/shearling",
        "Windows 11, , , , /local/shearling",
    })
    void cacheFolder_system_followsItsRules(
            String system, @Nullable String own, @Nullable String xdg, @Nullable String property, String expected) {
        Map<String, String> variables = Map.of(
                "HOME",
                "/home/u",
                "SHEARLING_CACHE",
                own == null ? "" : own,
                "XDG_CACHE_HOME",
                xdg == null ? "" : xdg,
                "LOCALAPPDATA",
                "/local");
        Map<String, String> properties = Map.of(
                "os.name",
                system,
                "user.home",
                "/of/the/database",
                "shearling.cache",
                property == null ? "" : property);
        assertThat(CacheFolders.cache(new Environment(variables, properties))).isEqualTo(Path.of(expected));
    }

    @Test
    void cacheFolder_withoutHome_isBelowTheHomeThatJavaKnows() {
        Environment environment = new Environment(Map.of(), Map.of("os.name", "Linux", "user.home", "/home/u"));
        assertThat(CacheFolders.cache(environment)).isEqualTo(Path.of("/home/u/.cache/shearling"));
    }
}
