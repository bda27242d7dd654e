package io.shearling.hub;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of the environment variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in
 * upper or lower case. They are read when an address needs one: what needs no network is not stopped by a wrong one.
 *
 * @param https the variable for encrypted connections, or null
 * @param http the variable for others, or null
 * @param direct the hosts that need none
 */
record ProxySettings(@Nullable Variable https, @Nullable Variable http, DirectHosts direct) {
    /** A variable that names a proxy, and what it says; that may hold a password, and is not shown. */
    record Variable(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final ProxySettings NONE = new ProxySettings(null, null, DirectHosts.parse(""));

    static ProxySettings of(Environment environment) {
        return new ProxySettings(
                proxy(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
                proxy(environment, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
                DirectHosts.parse(environment.variable("no_proxy", "NO_PROXY")));
    }

    private static @Nullable Variable proxy(Environment environment, String... names) {
        for (String name : names) {
            String text = environment.variable(name);
            if (!text.isEmpty()) {
                return new Variable(name, text);
            }
        }
        return null;
    }

    /**
     * The proxy for an address; empty if it is reached without one. This machine itself always is.
     *
     * @throws HubException if its variable does not name an HTTP proxy
     */
    Optional<HttpProxy> proxyFor(URI uri) {
        boolean bare = HubProxies.isLoopback(uri.getHost()) || direct.contains(uri);
        Variable proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        return bare || proxy == null ? Optional.empty() : Optional.of(HttpProxy.parse(proxy.name(), proxy.text()));
    }

    /** Whether a password has to be sent where a connection is only tunnelled. */
    boolean hasTunnelCredentials() {
        return https != null && https.text().contains("@");
    }
}
