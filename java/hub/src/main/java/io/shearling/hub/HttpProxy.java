package io.shearling.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy.
 *
 * @param host its name
 * @param port its port
 * @param credentials name and password with a colon between them, or null; they are never shown
 */
record HttpProxy(String host, int port, @Nullable String credentials) {
    private static final int DEFAULT_PORT = 80;

    /**
     * Reads {@code [http://][name:password@]host[:port]}, as other programs do; name and password may be percent-encoded.
     *
     * @param variable where the text is from, for the message of a refusal, which does not show the text
     */
    static HttpProxy parse(String variable, String text) {
        URI uri;
        try {
            uri = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException e) {
            // Its message would show the text, and with it the password.
            throw refused(variable, "is not an address (a password with special characters must be percent-encoded)");
        }
        if (!"http".equals(uri.getScheme().toLowerCase(Locale.ROOT))) {
            throw refused(variable, "names a proxy of the kind " + uri.getScheme() + ", and only http is known");
        }
        if (uri.getHost() == null) {
            throw refused(variable, "names no host");
        }
        if (!HubNames.isPort(uri.getPort())) {
            throw refused(variable, "names the port " + uri.getPort() + ", and ports are 1 to 65535");
        }
        return new HttpProxy(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), uri.getUserInfo());
    }

    private static HubException refused(String variable, String cause) {
        return new HubException(
                HubException.Reason.BAD_OPTION,
                "The variable " + variable + " " + cause + ": write for example http://name:password@proxy:3128.");
    }

    /** The value of a {@code Proxy-Authorization} header, or null. */
    @Nullable
    String authorization() {
        return credentials == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
