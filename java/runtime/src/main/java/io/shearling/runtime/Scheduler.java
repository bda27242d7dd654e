package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that computes for an engine: it takes work from callers, fills batches with the sequences that have
 * something to do, and hands tokens to their queues. No code of a user runs on it.
 *
 * <p>A step gives every generating sequence one token and fills the rest of the batch with prompts. While somebody
 * generates, prompts come in pieces of one micro batch, so that no stream stalls for a whole prompt.
 */
final class Scheduler implements Runnable {
    /** Fewer prompt tokens than this are not worth an abort: they are through within a token's time. */
    private static final int WORTH_ABORTING = 8;

    private final NativeContext context;
    private final Tokenizer tokenizer;
    private final Sequence[] sequences;
    private final Queue<Runnable> commands = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Thread thread;
    private boolean closing;

    /** Generations whose prompt is being computed now; guarded by itself, with the context's cancel flag. */
    private final List<Generation> inFlight = new ArrayList<>();

    Scheduler(NativeContext context, Tokenizer tokenizer, String name) {
        this.context = context;
        this.tokenizer = tokenizer;
        sequences = new Sequence[context.info().sequenceCount()];
        for (int id = 0; id < sequences.length; id++) {
            sequences[id] = new Sequence(id, context);
        }
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    NativeContext.Info info() {
        return context.info();
    }

    /** A free sequence, now taken; null when there is none. */
    @Nullable
    Sequence open() {
        lock.lock();
        try {
            refuseWhenClosing();
            for (Sequence sequence : sequences) {
                if (!sequence.taken) {
                    sequence.taken = true;
                    return sequence;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    void submit(Sequence sequence, Generation generation) {
        command(() -> sequence.begin(generation));
    }

    /** Forgets what a sequence holds. */
    void forget(Sequence sequence) {
        command(sequence::forget);
    }

    /** Gives a sequence back; its generation, if one runs, ends as cancelled. */
    void release(Sequence sequence) {
        lock.lock();
        try {
            if (closing) {
                return;
            }
            Generation running = sequence.generation;
            commands.add(() -> {
                sequence.end(FinishReason.CANCELLED);
                sequence.forget();
                free(sequence);
            });
            work.signal();
            if (running != null) {
                cancel(running);
            }
        } finally {
            lock.unlock();
        }
    }

    void cancel(Generation generation) {
        generation.cancel();
        synchronized (inFlight) {
            if (inFlight.contains(generation)) {
                context.cancel();
            }
        }
        wake();
    }

    /** There may be something to do again. */
    void wake() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends every generation as cancelled, frees the context and waits for the thread to end. Idempotent. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        synchronized (inFlight) {
            if (!inFlight.isEmpty()) {
                context.cancel();
            }
        }
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void command(Runnable command) {
        lock.lock();
        try {
            refuseWhenClosing();
            commands.add(command);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void refuseWhenClosing() {
        if (closing) {
            throw new ShearlingException(
                    ErrorCode.CLOSED, "the engine is closed; use it before close(), or open another");
        }
    }

    private void free(Sequence sequence) {
        lock.lock();
        try {
            sequence.taken = false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (awaitWork()) {
                step();
            }
            endAll(null);
        } catch (RuntimeException | Error e) {
            lock.lock();
            try {
                closing = true;
            } finally {
                lock.unlock();
            }
            endAll(new ShearlingException(ErrorCode.NATIVE, "the engine failed: " + e.getMessage(), e));
        } finally {
            synchronized (inFlight) {
                inFlight.clear();
            }
            context.close();
        }
    }

    private void endAll(@Nullable ShearlingException cause) {
        List<Runnable> late;
        lock.lock();
        try {
            late = new ArrayList<>(commands);
            commands.clear();
        } finally {
            lock.unlock();
        }
        late.forEach(Runnable::run);
        for (Sequence sequence : sequences) {
            if (cause == null) {
                sequence.end(FinishReason.CANCELLED);
            } else {
                sequence.fail(cause);
            }
        }
    }

    /** Runs the waiting commands; waits while no sequence can go on. False: the engine closes. */
    private boolean awaitWork() {
        while (true) {
            List<Runnable> now;
            lock.lock();
            try {
                while (!closing && commands.isEmpty() && !anyReady()) {
                    work.awaitUninterruptibly();
                }
                if (closing) {
                    return false;
                }
                now = new ArrayList<>(commands);
                commands.clear();
            } finally {
                lock.unlock();
            }
            now.forEach(Runnable::run);
            if (now.isEmpty() || anyReady()) {
                return true;
            }
        }
    }

    private boolean anyReady() {
        for (Sequence sequence : sequences) {
            if (sequence.ready()) {
                return true;
            }
        }
        return false;
    }

    private void step() {
        List<Sequence> batch = fillBatch();
        if (batch.isEmpty()) {
            return;
        }
        NativeContext.Decoded decoded;
        try {
            decoded = context.decode();
        } finally {
            synchronized (inFlight) {
                inFlight.clear();
                context.cancelClear();
            }
        }
        for (Sequence sequence : batch) {
            switch (decoded) {
                case DONE -> sequence.advance(tokenizer);
                case CANCELLED -> sequence.rollBack();
                case NO_ROOM -> {
                    sequence.rollBack();
                    sequence.fail(new ShearlingException(
                            ErrorCode.CONTEXT_FULL, "the context has no room for this text; open a larger one"));
                }
            }
        }
    }

    private List<Sequence> fillBatch() {
        context.clearBatch();
        List<Sequence> batch = new ArrayList<>(sequences.length);
        int room = context.info().batchTokens();
        boolean generating = false;
        for (Sequence sequence : sequences) {
            if (sequence.endIfCancelled() || !sequence.ready()) {
                continue;
            }
            if (sequence.generating()) {
                generating = true;
                sequence.addToken();
                batch.add(sequence);
                room--;
            }
        }
        if (generating) {
            room = Math.min(room, context.info().microBatchTokens() - batch.size());
        }
        synchronized (inFlight) {
            for (Sequence sequence : sequences) {
                if (room > 0 && sequence.ready() && !sequence.generating()) {
                    int count = sequence.addPrompt(room);
                    if (count > 0) {
                        batch.add(sequence);
                        room -= count;
                        if (count > WORTH_ABORTING && sequence.generation != null) {
                            inFlight.add(sequence.generation);
                        }
                    }
                }
            }
        }
        return batch;
    }
}
