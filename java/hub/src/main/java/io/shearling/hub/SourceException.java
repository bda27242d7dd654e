package io.shearling.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The failure of one source; the next source may still serve the model. The message has no full stop. */
final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a second try can hope for. */
    enum Kind {
        /** No connection came about. */
        UNREACHABLE,
        /** The transfer broke off, or the server asked to come back: trying again may help. */
        BROKEN,
        /** The file there is not the one that was begun: starting from the first byte helps. */
        CHANGED,
        /** The server gives the file only as a whole: one connection that starts from the first byte helps. */
        NO_RANGES,
        /** What came is not the wanted file, and nothing of it is of use. */
        WRONG,
        /** The source does not give this file: trying again does not help. */
        REFUSED
    }

    private final Kind kind;
    private final String detail;
    private final @Nullable Duration retryAfter;

    SourceException(Kind kind, String message) {
        this(kind, message, null);
    }

    SourceException(Kind kind, String message, @Nullable Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.detail = message;
        this.retryAfter = retryAfter;
    }

    /** The message, which is never missing. */
    String detail() {
        return detail;
    }

    Kind kind() {
        return kind;
    }

    /** How long the server asks to wait; null if it does not. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
