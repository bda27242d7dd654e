package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.jfr.DecodeStep;
import io.shearling.runtime.jfr.Jfr;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that computes for an engine: it takes work from callers, computes batches of the sequences that have
 * something to do, and hands tokens to their queues. No code of a user runs on it.
 */
final class Scheduler implements Runnable {
    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());

    private final NativeContext context;
    private final Tokenizer tokenizer;
    private final Sequence[] sequences;
    private final Flight flight;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // Guarded by the lock, as is which sequences are taken.
    private final Queue<Runnable> commands = new ArrayDeque<>();
    private boolean closing;
    private @Nullable ShearlingException failure;

    /** Most prompt tokens of a step. Each abort halves it, so that who cancels all the time cannot keep others from a prompt. */
    private int piece;

    Scheduler(NativeContext context, Tokenizer tokenizer, String name) {
        this.context = context;
        this.tokenizer = tokenizer;
        sequences = new Sequence[context.info().sequenceCount()];
        for (int id = 0; id < sequences.length; id++) {
            sequences[id] = new Sequence(id, context);
        }
        flight = new Flight(context);
        piece = context.info().microBatchTokens();
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    NativeContext.Info info() {
        return context.info();
    }

    boolean hasFailed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            refuseWhenClosing();
            command(() -> sequence.begin(generation));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what a sequence holds. */
    void forget(Sequence sequence) {
        lock.lock();
        try {
            refuseWhenClosing();
            command(sequence::forget);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a sequence back and waits until it is free; its generation, if one runs, ends as cancelled. */
    void release(Sequence sequence) {
        CountDownLatch free = new CountDownLatch(1);
        lock.lock();
        try {
            if (closing || failure != null) {
                return;
            }
            command(() -> {
                try {
                    sequence.end(FinishReason.CANCELLED);
                    sequence.forget();
                } finally {
                    free(sequence);
                    free.countDown();
                }
            });
        } finally {
            lock.unlock();
        }
        flight.callBack();
        Patience.await(free::await);
    }

    void cancel(Generation generation) {
        generation.cancel();
        flight.callBack();
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

    /**
     * Ends every generation as cancelled, waits for the thread to end, and frees the context. An engine that has failed keeps its
     * context until now: who holds a lease still asks the model that goes with it.
     */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        flight.callBack();
        Patience.await(thread::join);
        context.close();
    }

    /** Who calls holds the lock. */
    private void command(Runnable command) {
        commands.add(command);
        work.signal();
    }

    private void refuseWhenClosing() {
        if (closing) {
            throw new ShearlingException(
                    ErrorCode.CLOSED, "the engine is closed; use it before close(), or open another");
        }
        if (failure != null) {
            throw new ShearlingException(failure.code(), String.valueOf(failure.getMessage()), failure);
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
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            try {
                endAll(letNobodyIn());
            } finally {
                flight.end();
            }
        }
    }

    /** Keeps why the engine cannot go on, for who asks it next. */
    private void fail(Throwable cause) {
        ErrorCode code = cause instanceof ShearlingException known ? known.code() : ErrorCode.NATIVE;
        String why = cause instanceof ShearlingException ? cause.getMessage() : cause.toString();
        ShearlingException told =
                new ShearlingException(code, "the engine failed: " + why + "; close it and open another", cause);
        lock.lock();
        try {
            failure = told;
        } finally {
            lock.unlock();
        }
        LOG.log(System.Logger.Level.ERROR, thread.getName() + " failed", cause);
    }

    /** The failure; without one the engine is closed, also where there was no memory to say why. */
    private @Nullable ShearlingException letNobodyIn() {
        lock.lock();
        try {
            closing |= failure == null;
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits for an engine that has gone: what was asked for ends, one way or the other. */
    private void endAll(@Nullable ShearlingException cause) {
        for (Runnable command = nextCommand(); command != null; command = nextCommand()) {
            last(command);
        }
        for (Sequence sequence : sequences) {
            last(() -> {
                if (cause == null) {
                    sequence.end(FinishReason.CANCELLED);
                } else {
                    sequence.fail(cause);
                }
            });
        }
    }

    /** One that goes wrong, be it for want of memory, must not keep the others from their end. */
    private static void last(Runnable order) {
        try {
            order.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.DEBUG, "the last orders to an engine", e);
        }
    }

    /** Runs the waiting commands; waits while no sequence can go on. False: the engine closes. */
    private boolean awaitWork() {
        flight.prepare();
        while (true) {
            Runnable command;
            lock.lock();
            try {
                while (!closing && commands.isEmpty() && !anyReady()) {
                    work.awaitUninterruptibly();
                }
                if (closing) {
                    return false;
                }
                command = commands.poll();
            } finally {
                lock.unlock();
            }
            if (command == null) {
                return true;
            }
            command.run();
        }
    }

    private @Nullable Runnable nextCommand() {
        lock.lock();
        try {
            return commands.poll();
        } finally {
            lock.unlock();
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
        Batch batch = Batch.fill(context, sequences, piece);
        if (batch.isEmpty()) {
            return;
        }
        NativeContext.Decoded decoded = compute(batch);
        piece = decoded == NativeContext.Decoded.CANCELLED
                ? Math.max(Flight.NOT_WORTH_ABORTING, piece / 2)
                : Math.min(context.info().microBatchTokens(), piece * 2);
        for (Batch.Share share : batch.shares()) {
            Sequence sequence = share.sequence();
            switch (decoded) {
                case DONE -> {
                    if (share.output() >= 0) {
                        sequence.advance(share.output(), tokenizer);
                    }
                }
                case CANCELLED -> sequence.rollBack(share.tokens());
                case NO_ROOM -> {
                    sequence.rollBack(share.tokens());
                    sequence.fail(new ShearlingException(
                            ErrorCode.CONTEXT_FULL, "the context has no room for this text; open a larger one"));
                }
            }
        }
    }

    private NativeContext.Decoded compute(Batch batch) {
        // A memory that cannot shift may be one that cannot step back either: others must not lose theirs.
        boolean canBeTakenBack = batch.shares().size() == 1 || context.info().canShift();
        if (!flight.depart(batch.promptTokens(), canBeTakenBack)) {
            return NativeContext.Decoded.CANCELLED;
        }
        DecodeStep step = Jfr.decodeStep();
        try {
            return context.decode();
        } finally {
            flight.land();
            if (step != null) {
                step.done(batch.tokens(), batch.shares().size(), context.threads());
            }
        }
    }
}
