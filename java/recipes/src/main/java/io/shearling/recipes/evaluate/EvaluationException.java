package io.shearling.recipes.evaluate;

import org.jspecify.annotations.Nullable;

/** An evaluation that cannot be carried out; the message is one sentence with the file, the cause and the remedy. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        super(message);
    }

    EvaluationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
