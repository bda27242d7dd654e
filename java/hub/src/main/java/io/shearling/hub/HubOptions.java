package io.shearling.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link ModelHub}. Immutable; made by a builder.
 *
 * <p>{@link #fromEnvironment()} reads them from where users of the hub expect them:
 *
 * <ul>
 *   <li>the cache: {@code -Dshearling.cache}, {@code SHEARLING_CACHE}, {@code XDG_CACHE_HOME/shearling}, else the place of the
 *       operating system;
 *   <li>no network: {@code SHEARLING_OFFLINE}, {@code HF_HUB_OFFLINE} or {@code -Dshearling.offline};
 *   <li>the hub: {@code HF_ENDPOINT};
 *   <li>the access token: {@code HF_TOKEN}, else the file in which the hub's own tools keep it, {@code HF_TOKEN_PATH},
 *       {@code HF_HOME/token} or {@code ~/.cache/huggingface/token}, unless {@code HF_HUB_DISABLE_IMPLICIT_TOKEN} is set;
 *   <li>proxies: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in upper or lower case; the
 *       Java system properties ({@code https.proxyHost}) go first, and one that cannot be used is refused when it is needed;
 *   <li>connections: {@code SHEARLING_CONNECTIONS}.
 * </ul>
 *
 * @since 0.1
 */
public final class HubOptions {
    /** The hub that is asked when {@code HF_ENDPOINT} names none. */
    public static final URI DEFAULT_ENDPOINT = URI.create("https://huggingface.co");

    /** How long a connection may take: short, so that an unreachable hub is passed over quickly. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** How long a server may send nothing. */
    public static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofSeconds(30);

    /** How many connections fetch one big file at the same time. */
    public static final int DEFAULT_CONNECTIONS = 4;

    private static final int MOST_CONNECTIONS = 16;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final long LEAST_SHARE_BYTES = 2L << 20;

    private final Path cacheFolder;
    private final URI endpoint;
    private final @Nullable String token;
    private final boolean offline;
    private final List<String> packageClientArguments;
    private final Duration connectTimeout;
    private final Duration stallTimeout;
    private final int connections;
    private final ProxySettings proxies;
    private final Duration firstPause;
    private final long leastShareBytes;

    private HubOptions(Builder builder) {
        cacheFolder = builder.cacheFolder;
        endpoint = builder.endpoint;
        token = builder.token;
        offline = builder.offline;
        packageClientArguments = List.copyOf(builder.packageClientArguments);
        connectTimeout = builder.connectTimeout;
        stallTimeout = builder.stallTimeout;
        connections = builder.connections;
        proxies = builder.proxies;
        firstPause = builder.firstPause;
        leastShareBytes = builder.leastShareBytes;
    }

    /** The settings of this user's environment. */
    public static HubOptions fromEnvironment() {
        return of(Environment.ofThisProcess());
    }

    static HubOptions of(Environment environment) {
        Builder builder = new Builder(CacheFolders.cache(environment));
        String endpoint = environment.variable("HF_ENDPOINT");
        if (!endpoint.isEmpty()) {
            builder.endpoint(endpoint("HF_ENDPOINT", endpoint));
        }
        String connections = environment.variable("SHEARLING_CONNECTIONS");
        if (!connections.isEmpty()) {
            builder.connections(count("SHEARLING_CONNECTIONS", connections));
        }
        return builder.token(AccessToken.find(environment))
                .offline(environment.flag("SHEARLING_OFFLINE")
                        || environment.flag("HF_HUB_OFFLINE")
                        || environment.propertyFlag("shearling.offline"))
                .proxies(ProxySettings.of(environment))
                .build();
    }

    private static int count(String name, String value) {
        if (!value.matches("\\d{1,9}")) {
            throw badOption(name + " is not a number (" + value + "): set it to 1 to " + MOST_CONNECTIONS + ".");
        }
        return Integer.parseInt(value);
    }

    private static URI endpoint(String name, String value) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw badOption(name + " is not an address (" + value + "): write for example " + DEFAULT_ENDPOINT + ".");
        }
    }

    private static HubException badOption(String message) {
        return new HubException(HubException.Reason.BAD_OPTION, message);
    }

    /** A builder with the defaults and the given cache folder; no environment variable is read. */
    public static Builder builder(Path cacheFolder) {
        return new Builder(cacheFolder);
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        return new Builder(cacheFolder)
                .endpoint(endpoint)
                .token(token)
                .offline(offline)
                .packageClientArguments(packageClientArguments)
                .connectTimeout(connectTimeout)
                .stallTimeout(stallTimeout)
                .connections(connections)
                .proxies(proxies)
                .firstPause(firstPause)
                .leastShareBytes(leastShareBytes);
    }

    /** The folder below which {@code models/} lies. */
    public Path cacheFolder() {
        return cacheFolder;
    }

    /** The address of the hub, without a slash at its end. */
    public URI endpoint() {
        return endpoint;
    }

    /** The access token; it is sent to the host of {@link #endpoint()} and to no other. */
    public Optional<String> token() {
        return Optional.ofNullable(token);
    }

    /** Whether the network is forbidden. */
    public boolean offline() {
        return offline;
    }

    /** Further arguments of {@code pip download}, for example an index of one's own. */
    public List<String> packageClientArguments() {
        return packageClientArguments;
    }

    /** How long a connection may take. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long a server may send nothing. */
    public Duration stallTimeout() {
        return stallTimeout;
    }

    /** How many connections fetch one big file at the same time. */
    public int connections() {
        return connections;
    }

    /**
     * The proxy on the way to {@link #endpoint()}, as {@code HTTP @ host:port} without its password; empty if there is none.
     *
     * @throws HubException if a variable names one that cannot be used
     */
    public Optional<String> proxy() {
        return new HubProxies(proxies).describe(endpoint);
    }

    /** The proxies of the environment variables. */
    ProxySettings proxies() {
        return proxies;
    }

    /** The pause before a failed request is made again; each further one is twice as long. */
    Duration firstPause() {
        return firstPause;
    }

    /** How many bytes are worth a request of their own. */
    long leastShareBytes() {
        return leastShareBytes;
    }

    /** The settings in words; the token is not among them. */
    @Override
    public String toString() {
        return "HubOptions[cacheFolder=" + cacheFolder + ", endpoint=" + endpoint + ", token="
                + (token == null ? "none" : "set") + ", offline=" + offline + "]";
    }

    /** Collects the settings; not thread-safe. */
    public static final class Builder {
        private final Path cacheFolder;
        private URI endpoint = DEFAULT_ENDPOINT;
        private @Nullable String token;
        private boolean offline;
        private List<String> packageClientArguments = List.of();
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration stallTimeout = DEFAULT_STALL_TIMEOUT;
        private int connections = DEFAULT_CONNECTIONS;
        private ProxySettings proxies = ProxySettings.NONE;
        private Duration firstPause = FIRST_PAUSE;
        private long leastShareBytes = LEAST_SHARE_BYTES;

        private Builder(Path cacheFolder) {
            this.cacheFolder = cacheFolder.toAbsolutePath();
        }

        /** The hub's address, http or https; default {@link #DEFAULT_ENDPOINT}. */
        public Builder endpoint(URI value) {
            endpoint = value;
            return this;
        }

        /** The access token; null or blank for none, the default. */
        public Builder token(@Nullable String value) {
            token = value == null || value.isBlank() ? null : value.strip();
            return this;
        }

        /** Whether the network is forbidden; default false. */
        public Builder offline(boolean value) {
            offline = value;
            return this;
        }

        /** Further arguments of {@code pip download}; default none. */
        public Builder packageClientArguments(List<String> value) {
            packageClientArguments = value;
            return this;
        }

        /** How long a connection may take; default {@link #DEFAULT_CONNECT_TIMEOUT}. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** How long a server may send nothing; default {@link #DEFAULT_STALL_TIMEOUT}. */
        public Builder stallTimeout(Duration value) {
            stallTimeout = value;
            return this;
        }

        /**
         * How many connections fetch one big file at the same time, 1 to 16; default {@link #DEFAULT_CONNECTIONS}. A file below
         * 32 MiB comes over one.
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        Builder proxies(ProxySettings value) {
            proxies = value;
            return this;
        }

        Builder firstPause(Duration value) {
            firstPause = value;
            return this;
        }

        Builder leastShareBytes(long value) {
            leastShareBytes = value;
            return this;
        }

        /** Checks the settings. */
        public HubOptions build() {
            if (endpoint.getUserInfo() != null) {
                // The address appears in messages.
                throw badOption("The hub's address on " + endpoint.getHost()
                        + " has a name or a password in it: take them out, and put an access token into HF_TOKEN.");
            }
            String scheme = endpoint.getScheme();
            if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
                throw badOption("The hub's address " + endpoint + " is not an http or https address: write for example "
                        + DEFAULT_ENDPOINT + ".");
            }
            if (!HubNames.isPort(endpoint.getPort())) {
                throw badOption("The hub's address on " + endpoint.getHost() + " has the port " + endpoint.getPort()
                        + ", and ports are 1 to 65535: correct it, or leave it out.");
            }
            if (endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
                // What stands there may be a secret.
                throw badOption("The hub's address on " + endpoint.getHost()
                        + " has a query or a fragment: leave out its '?' or '#' and what follows.");
            }
            String text = endpoint.toString();
            if (text.endsWith("/")) {
                endpoint = URI.create(text.substring(0, text.length() - 1));
            }
            if (token != null && !AccessToken.isSound(token)) {
                throw badOption(
                        "The access token in HF_TOKEN has a blank or a control character in it: copy it again.");
            }
            if (isNotPositive(connectTimeout) || isNotPositive(stallTimeout)) {
                throw badOption("A timeout of the hub is not above zero: give for example 5 seconds.");
            }
            if (connections < 1 || connections > MOST_CONNECTIONS) {
                throw badOption(connections + " connections of the hub cannot be used: take 1 to " + MOST_CONNECTIONS
                        + ", in SHEARLING_CONNECTIONS or in the options.");
            }
            return new HubOptions(this);
        }

        private static boolean isNotPositive(Duration duration) {
            return duration.isNegative() || duration.isZero();
        }
    }
}
