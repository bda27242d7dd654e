package io.shearling.runtime.error;

/** A call that could not do its work: one sentence with the cause and the remedy, and a code for programs. */
public final class ShearlingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ShearlingException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ShearlingException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What kind of failure this is. */
    public ErrorCode code() {
        return code;
    }
}
