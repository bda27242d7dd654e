package io.shearling.hub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The choice of the proxy for each request: that of the Java program ({@code https.proxyHost} and its kin, or its default
 * {@link ProxySelector}), else that of the environment variables. Thread-safe.
 */
final class HubProxies extends ProxySelector {
    /** The JDK sends no password to a proxy that tunnels unless this is set; it is read once, with the first HTTP client. */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private final ProxySettings settings;

    HubProxies(ProxySettings settings) {
        this.settings = settings;
        if (settings.hasTunnelCredentials() && System.getProperty(DISABLED_SCHEMES) == null) {
            // Whoever writes a password into HTTPS_PROXY wants it sent there, as every other program does.
            System.setProperty(DISABLED_SCHEMES, "");
        }
    }

    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> own = ofTheProgram(uri);
        return own.isEmpty()
                ? List.of(settings.proxyFor(uri)
                        .map(proxy -> new Proxy(
                                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())))
                        .orElse(Proxy.NO_PROXY))
                : own;
    }

    /** What the program itself says of an address; empty if it says nothing. */
    private static List<Proxy> ofTheProgram(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (selector == null) {
            return List.of();
        }
        List<Proxy> chosen = selector.select(uri);
        boolean named = System.getProperty(scheme + ".proxyHost") != null
                || chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
        return named ? chosen : List.of();
    }

    /** The value of a {@code Proxy-Authorization} header for a request. */
    Optional<String> authorization(URI uri) {
        return ofTheProgram(uri).isEmpty()
                ? settings.proxyFor(uri).flatMap(proxy -> Optional.ofNullable(proxy.authorization()))
                : Optional.empty();
    }

    /** The way to an address in words, to stand after its host: empty if there is no proxy. */
    String words(URI uri) {
        return on(uri).map(proxy -> " through the proxy " + place(proxy)).orElse("");
    }

    /** The proxy on the way to an address, as {@code HTTP @ host:port}. */
    Optional<String> describe(URI uri) {
        return on(uri).map(proxy -> proxy.type() + " @ " + place(proxy));
    }

    private Optional<Proxy> on(URI uri) {
        return select(uri).stream()
                .filter(proxy -> proxy.address() instanceof InetSocketAddress)
                .findFirst();
    }

    private static String place(Proxy proxy) {
        InetSocketAddress address = (InetSocketAddress) proxy.address();
        return address.getHostString() + ":" + address.getPort();
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request itself fails, and tells it.
    }

    /** Whether a host is this machine; names are not looked up. */
    static boolean isLoopback(String host) {
        InetAddress address = DirectHosts.literal(host);
        return host.equalsIgnoreCase("localhost") || (address != null && address.isLoopbackAddress());
    }
}
