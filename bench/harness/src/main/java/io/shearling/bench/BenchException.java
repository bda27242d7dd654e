package io.shearling.bench;

/** A benchmark that cannot be taken; the message is one sentence with the cause and the remedy. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
