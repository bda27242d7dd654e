package io.shearling.runtime;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between an engine and the reader of one generation.
 *
 * <p>The engine never waits here: it asks {@link #hasRoom} before it works for a reader, and leaves the sequence alone while
 * there is none. The reader's taking calls {@code onRoom} when there is room again. One writer, one reader.
 *
 * <p>To wake a thread can cost the one that wakes it more than a step of a small model takes, on a virtual machine with an idle
 * core some 70 microseconds. So the reader of a stream that comes that fast is not woken for each event: it naps.
 */
final class EventQueue {
    /** Events that wait at most; about a second of text. */
    static final int CAPACITY = 64;

    /** What one step of the engine may add: token, text, the held-back rest, and the end. */
    private static final int STEP = 4;

    private static final long NAP_NANOS = 500_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition over = lock.newCondition();
    private final Deque<GenerationEvent> events = new ArrayDeque<>();
    private final Runnable onRoom;
    private boolean ended;
    private boolean full;

    /** Whether the event that was waited for last came within a nap. */
    private boolean fast;

    private boolean napping;
    private @Nullable ShearlingException failure;

    EventQueue(Runnable onRoom) {
        this.onRoom = onRoom;
    }

    boolean hasRoom() {
        lock.lock();
        try {
            full = events.size() > CAPACITY - STEP;
            return !full;
        } finally {
            lock.unlock();
        }
    }

    void put(GenerationEvent event) {
        lock.lock();
        try {
            if (!ended) {
                events.add(event);
                ended = event instanceof GenerationEvent.Finished;
                if (!napping || ended) {
                    signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void fail(ShearlingException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        arrived.signal();
        if (ended) {
            arrived.signalAll();
            over.signalAll();
        }
    }

    /** Waits until the last event has been put. */
    void awaitEnd() {
        lock.lock();
        try {
            while (!ended) {
                over.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last event has been put, taken or not. */
    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next event, waiting for it; null after the last one.
     *
     * @throws ShearlingException the failure, once the events before it have been taken
     */
    @Nullable
    GenerationEvent take() throws InterruptedException {
        GenerationEvent event;
        boolean room;
        lock.lockInterruptibly();
        try {
            if (events.isEmpty() && !ended) {
                awaitEvent();
            }
            event = events.poll();
            if (event == null && failure != null) {
                throw new ShearlingException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            room = full && events.size() <= CAPACITY / 2;
            full &= !room;
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return event;
    }

    private void awaitEvent() throws InterruptedException {
        if (fast) {
            nap();
        }
        if (events.isEmpty() && !ended) {
            long begin = System.nanoTime();
            do {
                arrived.await();
            } while (events.isEmpty() && !ended);
            fast = System.nanoTime() - begin < NAP_NANOS;
        }
    }

    /** Sleeps, whatever comes, unless it is the end. */
    private void nap() throws InterruptedException {
        napping = true;
        try {
            long left = NAP_NANOS;
            while (left > 0 && !ended) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            napping = false;
        }
    }

    static ShearlingException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ShearlingException(
                ErrorCode.CANCELLED, "the thread was interrupted while it waited for the model", cause);
    }
}
