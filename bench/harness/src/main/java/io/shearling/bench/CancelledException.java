package io.shearling.bench;

/** A benchmark whose thread was interrupted; the thread's interrupt flag is set again. */
public final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException(InterruptedException cause) {
        super("the benchmark was cancelled", cause);
    }
}
