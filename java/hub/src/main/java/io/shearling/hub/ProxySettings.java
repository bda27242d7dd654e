package io.shearling.hub;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of the environment variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in
 * upper or lower case.
 *
 * @param https the proxy for encrypted connections, or null
 * @param http the proxy for others, or null
 * @param direct the hosts that need none
 */
record ProxySettings(@Nullable HttpProxy https, @Nullable HttpProxy http, DirectHosts direct) {
    static final ProxySettings NONE = new ProxySettings(null, null, DirectHosts.parse(""));

    static ProxySettings of(Environment environment) {
        return new ProxySettings(
                proxy(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
                proxy(environment, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
                DirectHosts.parse(environment.variable("no_proxy", "NO_PROXY")));
    }

    private static @Nullable HttpProxy proxy(Environment environment, String... names) {
        for (String name : names) {
            String text = environment.variable(name);
            if (!text.isEmpty()) {
                return HttpProxy.parse(name, text);
            }
        }
        return null;
    }

    /** The proxy for an address; empty if it is reached without one. This machine itself always is. */
    Optional<HttpProxy> proxyFor(URI uri) {
        boolean bare = HubProxies.isLoopback(uri.getHost()) || direct.contains(uri);
        HttpProxy proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        return bare ? Optional.empty() : Optional.ofNullable(proxy);
    }

    /** Whether a password has to be sent where a connection is only tunnelled. */
    boolean hasTunnelCredentials() {
        return https != null && https.credentials() != null;
    }
}
