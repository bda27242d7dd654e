package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
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
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * GET requests to a hub, through the proxy of the environment if there is one. Thread-safe.
 *
 * <p>It follows redirects itself, because the access token must stay with the hub's own host.
 */
final class HubConnection {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_QUOTE = 200;

    private final HubOptions options;
    private final HubProxies proxies;
    private final HttpClient client;
    private final AtomicBoolean warned = new AtomicBoolean();

    HubConnection(HubOptions options) {
        this.options = options;
        this.proxies = new HubProxies(options.proxies());
        this.client = HttpClient.newBuilder()
                // HTTP/2 would put all parts of a file on one connection, and its flow control slows big bodies.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout())
                .proxy(proxies)
                .build();
    }

    /** Whether requests to the hub itself carry an access token. */
    boolean hasToken() {
        return options.token().isPresent();
    }

    /** Gets a whole path of the hub. */
    HubAnswer get(String rawPath, Duration patience) throws SourceException, InterruptedException {
        return get(rawPath, ByteRange.ofFile(-1), "", patience);
    }

    /**
     * Gets bytes of a path of the hub. A server may answer with other bytes than were asked for.
     *
     * @param rawPath the encoded path, with a slash at its start
     * @param range the bytes wanted
     * @param version the {@link HubAnswer#version()} that the content must still have for a part of it to be of use;
     *     empty if any will do
     * @param patience how long the hub itself may take until the headers of its answer
     */
    HubAnswer get(String rawPath, ByteRange range, String version, Duration patience)
            throws SourceException, InterruptedException {
        URI uri = URI.create(options.endpoint() + rawPath);
        String linked = null;
        long linkedSizeBytes = -1;
        Duration limit = patience;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(request(uri, range, version), limit);
            // A content network has ETags of its own making; only the hub's is the file's checksum.
            if (isOwnHost(uri)) {
                linked = header(response, "X-Linked-Etag", linked);
                long told = HubAnswer.number(response.headers(), "X-Linked-Size");
                linkedSizeBytes = told < 0 ? linkedSizeBytes : told;
            }
            if (!REDIRECTS.contains(response.statusCode())) {
                String identity = isOwnHost(uri) && linked == null ? header(response, "ETag", null) : linked;
                return new HubAnswer(
                        response.statusCode(), response.headers(), linked, identity, linkedSizeBytes, response.body());
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

    private HttpRequest request(URI uri, ByteRange range, String version) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("User-Agent", "shearling").header("Accept-Encoding", "identity");
        if (range.from() > 0 || !range.isOpen()) {
            request.header("Range", range.header());
            // Only a strong ETag, which is in quotes, may stand here; other versions are compared when the answer
            // comes.
            if (version.startsWith("\"") && HubAnswer.isPrintable(version)) {
                request.header("If-Range", version);
            }
        }
        options.token()
                .filter(token -> isOwnHost(uri) && mayCarryToken(uri))
                .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        proxies.authorization(uri).ifPresent(value -> request.header("Proxy-Authorization", value));
        return request.build();
    }

    private HttpResponse<InputStream> send(HttpRequest request, Duration limit)
            throws SourceException, InterruptedException {
        URI uri = request.uri();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request, info -> new BodyStream(options.stallTimeout()));
        try {
            // The limit holds for the name look-up too, which the client's own timeouts leave out.
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new SourceException(
                    Kind.UNREACHABLE,
                    uri.getHost() + proxies.words(uri) + " did not answer within " + seconds(limit) + " s");
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

    private boolean mayCarryToken(URI uri) {
        boolean sealed = "https".equalsIgnoreCase(uri.getScheme()) || HubProxies.isLoopback(uri.getHost());
        if (!sealed && warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "HF_TOKEN is not sent to {0} because the connection is not encrypted",
                    uri.getHost());
        }
        return sealed;
    }

    private static URI target(URI from, String location) throws SourceException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new SourceException(
                    Kind.REFUSED, "it redirects to '" + shown(location) + "', which is not an address");
        }
        String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean downgrade = scheme.equals("http") && "https".equalsIgnoreCase(from.getScheme());
        if (location.isEmpty()
                || to.getHost() == null
                || !HubNames.isPort(to.getPort())
                || downgrade
                || !Set.of("http", "https").contains(scheme)) {
            throw new SourceException(Kind.REFUSED, "it redirects to '" + shown(location) + "', which is not followed");
        }
        return to;
    }

    /** An address without its query, which may hold a signature that gives access. */
    private static String shown(String location) {
        int query = location.indexOf('?');
        return query < 0 ? location : location.substring(0, query) + "?…";
    }

    private SourceException failure(URI uri, ExecutionException failure) {
        String host = uri.getHost() + proxies.words(uri);
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
                return new SourceException(Kind.UNREACHABLE, "no safe connection to " + host + " (" + words(at) + ")");
            }
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        // Looked at last: the client wraps the causes above in one of these.
        if (cause instanceof ConnectException) {
            return new SourceException(Kind.UNREACHABLE, "no connection to " + host + " (it was refused)");
        }
        return new SourceException(
                Kind.BROKEN, host + " ended the connection before it answered (" + words(cause) + ")");
    }

    /** What a failure says of itself; it may quote all that a server sent, printable or not. */
    private static String words(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String start = text.length() > MAX_QUOTE ? text.substring(0, MAX_QUOTE) + "…" : text;
        return start.replaceAll("\\p{Cc}", "?");
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
