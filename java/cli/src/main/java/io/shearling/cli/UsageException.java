package io.shearling.cli;

/** A command line that cannot be carried out as it is; the message is one sentence with the remedy. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
