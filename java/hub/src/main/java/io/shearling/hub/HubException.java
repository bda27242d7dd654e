package io.shearling.hub;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a look-up, a download or a cache access; its message is one sentence with what, cause and remedy.
 *
 * @since 0.1
 */
public final class HubException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a model could not be had. Constants are only ever appended. */
    public enum Reason {
        /** The text does not name a model: unknown name, malformed hub address, missing file, ambiguous repository. */
        BAD_REFERENCE,
        /** An option or an environment variable has a value that cannot be used. */
        BAD_OPTION,
        /** The model is not in the cache and the offline flag forbids the network. */
        OFFLINE,
        /** Every source was tried and failed; {@link HubException#attempts()} tells how. */
        FETCH_FAILED,
        /** The disk of the cache has too little free space. */
        NO_SPACE,
        /** The cache folder cannot be read or written. */
        CACHE,
        /** The calling thread was interrupted; its interrupt flag is set again. */
        CANCELLED
    }

    /**
     * One source that was tried in vain.
     *
     * @param source the source in words, for example the address of the hub
     * @param cause why it failed, without a full stop
     */
    public record Attempt(String source, String cause) {}

    private final Reason reason;
    private final transient List<Attempt> attempts;

    HubException(Reason reason, String message) {
        this(reason, message, null);
    }

    HubException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.attempts = List.of();
    }

    private HubException(String message, List<Attempt> attempts) {
        super(message);
        this.reason = Reason.FETCH_FAILED;
        this.attempts = List.copyOf(attempts);
    }

    static HubException fetchFailed(String what, List<Attempt> attempts, String remedy) {
        String causes =
                attempts.stream().map(a -> a.source() + ": " + a.cause()).collect(Collectors.joining("; "));
        return new HubException(what + " could not be fetched (" + causes + "): " + remedy + ".", attempts);
    }

    /** The kind of failure, for a program to act on. */
    public Reason reason() {
        return reason;
    }

    /** The sources that were tried, in order; empty unless the reason is {@link Reason#FETCH_FAILED}. */
    public List<Attempt> attempts() {
        // Transient: a deserialized exception has its message, which names the attempts too.
        return attempts == null ? List.of() : attempts;
    }
}
