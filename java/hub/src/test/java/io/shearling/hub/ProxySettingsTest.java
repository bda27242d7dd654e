package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
    private static ProxySettings of(String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return ProxySettings.of(new Environment(map, Map.of()));
    }

    private static String proxyFor(ProxySettings settings, String address) {
        return settings.proxyFor(URI.create(address)).map(HttpProxy::toString).orElse("none");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS_PROXY, https://hub.example/x, p.example:3128",
        "https_proxy, https://hub.example/x, p.example:3128",
        "ALL_PROXY, https://hub.example/x, p.example:3128",
        "all_proxy, http://hub.example/x, p.example:3128",
        "HTTP_PROXY, http://hub.example/x, p.example:3128",
        "http_proxy, http://hub.example/x, p.example:3128",
        "HTTP_PROXY, https://hub.example/x, none",
        "HTTPS_PROXY, http://hub.example/x, none",
        "HTTPS_PROXY, https://127.0.0.1/x, none",
        "HTTPS_PROXY, https://localhost:8443/x, none",
        "HTTPS_PROXY, https://[::1]/x, none",
    })
    void proxyFor_address_isThatOfItsScheme(String variable, String address, String expected) {
        assertThat(proxyFor(of(variable, "http://p.example:3128/"), address)).isEqualTo(expected);
    }

    @Test
    void proxyFor_bothCases_lowerGoesFirst() {
        assertThat(proxyFor(of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:2"), "https://hub.example"))
                .isEqualTo("lower:2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | hub.example | true",
                "hub.example | hub.example | true",
                "hub.example | cdn.hub.example | true",
                "hub.example | myhub.example | false",
                ".hub.example | cdn.hub.example | true",
                ".hub.example | hub.example | true",
                "*.hub.example | cdn.hub.example | true",
                "other, HUB.example | Hub.Example | true",
                "a b,c | c | true",
                "hub.example:443 | hub.example | true",
                "hub.example:8443 | hub.example | false",
                "10.0.0.7 | 10.0.0.7 | true",
                "10.0.0.0/8 | 10.200.3.4 | true",
                "10.0.0.0/8 | 11.0.0.1 | false",
                "10.0.0.0/33 | 10.0.0.0 | false",
                "10.0.0.0/8 | ten.example | false",
                "fd00::/8 | [fd12::1] | true",
                "fd00::/8 | [fe80::1] | false",
                "'' | hub.example | false",
            })
    void direct_host_matchesItsRules(String rules, String host, boolean direct) {
        assertThat(DirectHosts.parse(rules).contains(URI.create("https://" + host + "/x")))
                .isEqualTo(direct);
    }

    @Test
    void parse_credentials_areDecodedAndNotShown() {
        HttpProxy proxy = HttpProxy.parse("HTTPS_PROXY", "http://me:p%40ss%3A@p.example");
        assertThat(proxy.credentials()).isEqualTo("me:p@ss:");
        assertThat(proxy.authorization()).isEqualTo("Basic bWU6cEBzczo=");
        assertThat(proxy).hasToString("p.example:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://me:secret@p:1",
                "https://me:secret@p:1",
                "http://me:sec ret@p",
                "http://",
                "http://me:secret@p:99999",
                "me:secret@p:0",
                "http://p:99999999999"
            })
    void parse_noHttpProxy_isRefusedWithoutShowingIt(String text) {
        ProxySettings settings = of("HTTPS_PROXY", text);
        assertThat(settings.toString()).doesNotContain("sec");
        assertThat(proxyFor(settings, "http://hub.example")).isEqualTo("none");
        assertThatThrownBy(() -> proxyFor(settings, "https://hub.example"))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_OPTION))
                .hasMessageContaining("HTTPS_PROXY")
                .message()
                .doesNotContain("sec");
    }
}
