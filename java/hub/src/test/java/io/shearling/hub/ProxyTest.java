package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fetches through a proxy, from a host whose name only the proxy knows. */
class ProxyTest extends HubFixture {
    private static final String FAR = "http://hub.invalid";

    private LoopbackProxy proxy;

    @BeforeEach
    void startProxy() throws IOException {
        proxy = new LoopbackProxy(server.endpoint());
    }

    @AfterEach
    void stopProxy() throws IOException {
        proxy.close();
    }

    private ModelHub hub(Map<String, String> variables) {
        return hub(options().endpoint(URI.create(FAR)).proxies(ProxySettings.of(new Environment(variables, Map.of()))));
    }

    @Test
    void resolve_proxyOfTheEnvironment_isUsedWithItsPassword() {
        ModelHub hub = hub(Map.of("http_proxy", "http://me:p%40ss@" + proxy.address()));
        assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
        assertThat(proxy.heads)
                .singleElement()
                .asString()
                .startsWith("GET " + FAR + TestModel.PATH + " HTTP/1.1")
                .containsIgnoringCase("proxy-authorization: Basic bWU6cEBzcw==");
    }

    @Test
    void resolve_hostNamedInNoProxy_isReachedWithoutIt() {
        ModelHub hub = hub(Map.of("HTTP_PROXY", proxy.address(), "NO_PROXY", "invalid"));
        assertThat(failure(hub, TestModel.NAME)).hasMessageContaining("hub.invalid cannot be resolved");
        assertThat(proxy.heads).isEmpty();
    }

    @Test
    void resolve_proxyOfTheProgram_goesFirst() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (LoopbackProxy unused = new LoopbackProxy(server.endpoint())) {
            ProxySelector.setDefault(to(proxy.address()));
            ModelHub hub = hub(Map.of("HTTP_PROXY", unused.address()));
            assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
            assertThat(proxy.heads).hasSize(1);
            assertThat(unused.heads).isEmpty();
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void resolve_proxyOfAnotherKind_isRefusedWhenTheHubIsAsked() throws IOException {
        Map<String, String> socks = Map.of("ALL_PROXY", "socks5://me:secret@" + proxy.address());
        HubException e = failure(hub(socks), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_OPTION);
        assertThat(e).hasMessageContaining("ALL_PROXY").message().doesNotContain("secret");

        Files.createDirectories(modelFile().getParent());
        Files.write(modelFile(), CONTENT);
        assertThat(hub(socks).resolve(TestModel.NAME, ProgressListener.none())).isEqualTo(modelFile());
    }

    private static ProxySelector to(String address) {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(
                        new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress at, IOException e) {}
        };
    }

    @Test
    void resolve_proxyThatIsNotThere_isNamed() throws IOException {
        String address = proxy.address();
        proxy.close();
        assertThat(failure(hub(Map.of("HTTP_PROXY", "http://me:secret@" + address)), TestModel.NAME))
                .hasMessageContaining("no connection to hub.invalid through the proxy " + address)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void resolve_proxyThatWantsAPassword_saysWhereToWriteIt() {
        server.on(TestModel.PATH, LoopbackHub.status(407));
        assertThat(failure(hub(Map.of("HTTP_PROXY", proxy.address())), TestModel.NAME))
                .hasMessageContaining("status 407")
                .hasMessageContaining("HTTPS_PROXY");
    }

    /** In a process of its own: the JDK decides once, with the first client, whether it sends passwords to tunnels. */
    @Test
    void resolve_encryptedHub_asksTheProxyForATunnelWithThePassword() throws IOException, InterruptedException {
        Process process = FetchingProcess.start(
                folder,
                URI.create("https://hub.invalid"),
                "hf:owner/repo:tiny.gguf",
                Map.of("HTTPS_PROXY", "http://me:p%40ss@" + proxy.address()));
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.heads)
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head)
                        .startsWith("CONNECT hub.invalid:443 ")
                        .containsIgnoringCase("proxy-authorization: Basic bWU6cEBzcw=="));
        assertThat(printed)
                .contains("hub.invalid through the proxy " + proxy.address())
                .doesNotContain("ss@")
                .doesNotContain("bWU6");
    }
}
