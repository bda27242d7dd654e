package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * GET requests to a hub. Follows redirects itself, because the access token must stay with the hub's own host.
 *
 * <p>Proxies are those of the Java system properties ({@code https.proxyHost} and its kin).
 */
final class HubConnection {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MAX_REDIRECTS = 10;

    private final HubOptions options;
    private final HttpClient client;

    HubConnection(HubOptions options) {
        this.options = options;
        this.client = HttpClient.newBuilder()
                // One file at a time: HTTP/2 brings nothing and its flow control slows big bodies.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout())
                .build();
    }

    /**
     * Gets a path of the hub.
     *
     * @param rawPath the encoded path, with a slash at its start
     * @param offset the first byte wanted
     * @param patience how long the hub itself may take until the headers of its answer
     */
    HubAnswer get(String rawPath, long offset, Duration patience) throws SourceException, InterruptedException {
        URI uri = URI.create(options.endpoint() + rawPath);
        String identity = null;
        long linkedSizeBytes = -1;
        Duration limit = patience;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(uri, offset, limit);
            // A content network has ETags of its own making; only the hub's is the file's checksum.
            if (isOwnHost(uri)) {
                identity = header(response, "X-Linked-Etag", identity);
                linkedSizeBytes =
                        response.headers().firstValueAsLong("X-Linked-Size").orElse(linkedSizeBytes);
            }
            if (!REDIRECTS.contains(response.statusCode())) {
                String own = isOwnHost(uri) && identity == null ? header(response, "ETag", null) : identity;
                return new HubAnswer(response.statusCode(), response.headers(), own, linkedSizeBytes, response.body());
            }
            closeQuietly(response.body());
            uri = target(uri, response.headers().firstValue("Location").orElse(""));
            limit = options.stallTimeout();
        }
        throw new SourceException(Kind.REFUSED, "it redirects more than " + MAX_REDIRECTS + " times");
    }

    private static @Nullable String header(HttpResponse<?> response, String name, @Nullable String otherwise) {
        String value = response.headers().firstValue(name).orElse("");
        String bare = value.startsWith("W/") ? value.substring(2) : value;
        String text = bare.replace("\"", "").strip();
        return text.isEmpty() ? otherwise : text;
    }

    private HttpResponse<InputStream> send(URI uri, long offset, Duration limit)
            throws SourceException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("User-Agent", "shearling").header("Accept-Encoding", "identity");
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        String token = options.token().orElse(null);
        if (token != null && isOwnHost(uri) && mayCarryToken(uri)) {
            request.header("Authorization", "Bearer " + token);
        }
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), info -> new BodyStream(options.stallTimeout()));
        try {
            // The limit holds for the name look-up too, which the client's own timeouts leave out.
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new SourceException(
                    Kind.UNREACHABLE, uri.getHost() + " did not answer within " + seconds(limit) + " s");
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw failure(uri, e);
        }
    }

    private boolean isOwnHost(URI uri) {
        URI own = options.endpoint();
        return own.getScheme().equalsIgnoreCase(uri.getScheme())
                && own.getHost().equalsIgnoreCase(uri.getHost())
                && port(own) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static boolean mayCarryToken(URI uri) {
        boolean sealed = "https".equalsIgnoreCase(uri.getScheme()) || isLoopback(uri.getHost());
        if (!sealed) {
            LOG.log(
                    Level.WARNING,
                    "HF_TOKEN is not sent to {0} because the connection is not encrypted",
                    uri.getHost());
        }
        return sealed;
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost")
                    || (host.matches("[0-9.]+|\\[.*]")
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static URI target(URI from, String location) throws SourceException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new SourceException(Kind.REFUSED, "it redirects to " + location + ", which is not an address");
        }
        String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean downgrade = scheme.equals("http") && "https".equalsIgnoreCase(from.getScheme());
        if (location.isEmpty()
                || to.getHost() == null
                || downgrade
                || !Set.of("http", "https").contains(scheme)) {
            throw new SourceException(Kind.REFUSED, "it redirects to '" + location + "', which is not followed");
        }
        return to;
    }

    private SourceException failure(URI uri, ExecutionException failure) {
        String host = uri.getHost();
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) {
                return new SourceException(Kind.UNREACHABLE, "the name " + host + " cannot be resolved");
            }
            if (at instanceof HttpTimeoutException) {
                return new SourceException(
                        Kind.UNREACHABLE,
                        "no connection to " + host + " within " + seconds(options.connectTimeout()) + " s");
            }
            if (at instanceof SSLException) {
                return new SourceException(
                        Kind.UNREACHABLE, "no safe connection to " + host + " (" + at.getMessage() + ")");
            }
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        // Looked at last: the client wraps the causes above in one of these.
        if (cause instanceof ConnectException) {
            return new SourceException(Kind.UNREACHABLE, "no connection to " + host + " (it was refused)");
        }
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SourceException(Kind.BROKEN, host + " ended the connection before it answered (" + detail + ")");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3g", duration.toMillis() / 1000.0);
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the body of a redirect was not read to its end ({0})", e.getMessage());
        }
    }
}
