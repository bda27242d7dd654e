package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeContext;

/**
 * The step that an engine computes now, and the right to abort it. Thread-safe: the scheduler's thread departs and lands, any
 * thread calls it back.
 *
 * <p>A call that comes while a step is prepared holds it on the ground, so that what the caller has said before (a cancelled
 * generation, a command, the engine's end) is heard within a step's abort and not after a whole prompt.
 */
final class Flight {
    /** So few prompt tokens are not worth an abort: they are through within a token's time. */
    static final int NOT_WORTH_ABORTING = 8;

    private final NativeContext context;
    private boolean abortable;
    private boolean called;
    private boolean over;

    Flight(NativeContext context) {
        this.context = context;
    }

    /** The scheduler is about to look at everything that was said. */
    synchronized void prepare() {
        called = false;
    }

    /** False: somebody wants to be heard first. A step that could not be taken back departs and is not aborted. */
    synchronized boolean depart(int promptTokens, boolean canBeTakenBack) {
        abortable = canBeTakenBack && promptTokens > NOT_WORTH_ABORTING;
        if (abortable && called) {
            abortable = false;
            return false;
        }
        return true;
    }

    synchronized void land() {
        abortable = false;
        context.cancelClear();
    }

    /** Aborts the step where that is sooner than its end. */
    synchronized void callBack() {
        called = true;
        if (abortable && !over) {
            context.cancel();
        }
    }

    /** No step comes any more: the context is about to go. */
    synchronized void end() {
        over = true;
    }
}
