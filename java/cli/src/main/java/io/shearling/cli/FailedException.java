package io.shearling.cli;

/** A command that was right but could not do its work; the message is one sentence with the cause and the remedy. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
        super(message);
    }
}
