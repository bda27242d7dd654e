package io.shearling.convert.tokenizer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A value that another thread begins to compute before it is asked for. A vocabulary takes a good part of a second when the JVM has
 * just started, as long as all else that a plan needs. What the computation throws, {@link #get} throws, each time. Thread-safe.
 */
final class Ahead<T> {
    private final CompletableFuture<T> value;

    private Ahead(CompletableFuture<T> value) {
        this.value = value;
    }

    static <T> Ahead<T> of(Supplier<T> computation) {
        return new Ahead<>(CompletableFuture.supplyAsync(computation));
    }

    T get() {
        try {
            return value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }
}
