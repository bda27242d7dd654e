package io.shearling.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link ModelHub}. Immutable; made by a builder.
 *
 * <p>{@link #fromEnvironment()} reads them from where users of the hub expect them: {@code SHEARLING_CACHE},
 * {@code SHEARLING_OFFLINE} or {@code -Dshearling.offline}, {@code HF_ENDPOINT}, {@code HF_TOKEN}.
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

    private final Path cacheFolder;
    private final URI endpoint;
    private final @Nullable String token;
    private final boolean offline;
    private final List<String> packageClientArguments;
    private final Duration connectTimeout;
    private final Duration stallTimeout;

    private HubOptions(Builder builder) {
        cacheFolder = builder.cacheFolder;
        endpoint = builder.endpoint;
        token = builder.token;
        offline = builder.offline;
        packageClientArguments = List.copyOf(builder.packageClientArguments);
        connectTimeout = builder.connectTimeout;
        stallTimeout = builder.stallTimeout;
    }

    /** The settings of this user's environment. */
    public static HubOptions fromEnvironment() {
        return fromEnvironment(System.getenv(), System.getProperty("shearling.offline"));
    }

    static HubOptions fromEnvironment(Map<String, String> environment, @Nullable String offlineProperty) {
        CacheFolders folders = CacheFolders.ofThisMachine(environment);
        Builder builder = new Builder(folders.cache());
        String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
        if (!endpoint.isEmpty()) {
            builder.endpoint(endpoint("HF_ENDPOINT", endpoint));
        }
        builder.token(environment.get("HF_TOKEN"));
        builder.offline(flag("SHEARLING_OFFLINE", environment.get("SHEARLING_OFFLINE"))
                || flag("-Dshearling.offline", offlineProperty));
        return builder.build();
    }

    private static boolean flag(String name, @Nullable String value) {
        String text = value == null ? "0" : value.strip().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "1", "true", "yes", "on" -> true;
            case "", "0", "false", "no", "off" -> false;
            default -> throw badOption("The switch " + name + " has the value " + value + ": set it to 1 or 0.");
        };
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
                .stallTimeout(stallTimeout);
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

        /** Checks the settings. */
        public HubOptions build() {
            String scheme = endpoint.getScheme();
            if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
                throw badOption("The hub's address " + endpoint + " is not an http or https address: write for example "
                        + DEFAULT_ENDPOINT + ".");
            }
            String text = endpoint.toString();
            if (text.endsWith("/")) {
                endpoint = URI.create(text.substring(0, text.length() - 1));
            }
            if (token != null && token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw badOption(
                        "The access token in HF_TOKEN has a blank or a control character in it: copy it again.");
            }
            if (isNotPositive(connectTimeout) || isNotPositive(stallTimeout)) {
                throw badOption("A timeout of the hub is not above zero: give for example 5 seconds.");
            }
            return new HubOptions(this);
        }

        private static boolean isNotPositive(Duration duration) {
            return duration.isNegative() || duration.isZero();
        }
    }
}
