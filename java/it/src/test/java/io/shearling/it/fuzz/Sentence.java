package io.shearling.it.fuzz;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;

/** What a refusal has to be: one line with a cause and a remedy, behind a code that says whose fault it is. */
final class Sentence {
    private Sentence() {}

    /** Any refusal. */
    static void require(ShearlingException refusal) {
        String message = String.valueOf(refusal.getMessage());
        require(!message.isBlank() && message.indexOf('\n') < 0 && message.length() < 4000, "no sentence", refusal);
    }

    /** The refusal of a file. */
    static void requireOfFile(ShearlingException refusal, String file) {
        require(refusal);
        String message = String.valueOf(refusal.getMessage());
        require(message.contains(file), "names no file", refusal);
        require(message.contains("; "), "has no remedy", refusal);
        require(refusal.code() == ErrorCode.MODEL_REFUSED, "is not a refusal of the file", refusal);
    }

    private static void require(boolean met, String otherwise, ShearlingException refusal) {
        if (!met) {
            throw new AssertionError(otherwise + ": " + refusal.code() + " " + refusal.getMessage(), refusal);
        }
    }
}
