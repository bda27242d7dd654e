package io.shearling.hub;

/** The failure of one source; the next source may still serve the model. The message has no full stop. */
final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a second try can hope for. */
    enum Kind {
        /** No connection came about. */
        UNREACHABLE,
        /** The transfer broke off, or the server asked to come back: trying again may help. */
        BROKEN,
        /** The source does not give this file: trying again does not help. */
        REFUSED
    }

    private final Kind kind;
    private final String detail;

    SourceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.detail = message;
    }

    /** The message, which is never missing. */
    String detail() {
        return detail;
    }

    Kind kind() {
        return kind;
    }
}
