package io.shearling.runtime.bridge;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The ownership of one native object. Thread-safe.
 *
 * <p>The owner holds it until {@link #close}, a call holds it while it runs, and a child holds its parent as long as the child
 * lives; whoever lets go last frees the object. After {@code close} nobody gets a new lease.
 *
 * <p>An owner that is forgotten is closed when the garbage collector finds it, with one warning; with {@code
 * -Dshearling.leaks=trace} the warning has the stack of its creation.
 */
public final class NativeHandle implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final boolean TRACE = "trace".equals(System.getProperty("shearling.leaks"));

    /** Who has the handle may be about to use it, so the owner is not forgotten yet. */
    private final Object owner;

    private final State state;
    private final Cleaner.Cleanable cleanable;

    /**
     * @param owner the public object whose reachability decides; {@code free} must not refer to it
     * @param what the object's name in messages, as "model x.gguf"
     * @param free frees the native object; runs once, on the thread that lets go last
     */
    public NativeHandle(Object owner, String what, Runnable free) {
        this(owner, what, free, true);
    }

    private NativeHandle(Object owner, String what, Runnable free, boolean reported) {
        this.owner = owner;
        state = new State(what, free, reported, TRACE ? new Creation(what) : null);
        cleanable = CLEANER.register(owner, state);
    }

    /** The handle of a part that is forgotten with its whole: nothing is said about it, because the whole has its own. */
    public static NativeHandle ofPart(Object owner, String what, Runnable free) {
        return new NativeHandle(owner, what, free, false);
    }

    /**
     * A lease on the object.
     *
     * @throws ShearlingException with {@link ErrorCode#CLOSED} after {@link #close}
     */
    public Lease lease() {
        state.retain();
        return new Lease(state);
    }

    public boolean closed() {
        return state.closed();
    }

    /** Lets go for the owner. Idempotent; never throws. */
    @Override
    public void close() {
        try {
            state.closeByOwner();
            cleanable.clean();
        } finally {
            Reference.reachabilityFence(owner);
        }
    }

    /** Where an object came from: only its stack is of use. */
    private static final class Creation extends Throwable {
        private static final long serialVersionUID = 1L;

        Creation(String what) {
            super("the " + what + " was created here, by the thread "
                    + Thread.currentThread().getName());
        }
    }

    /** The part that outlives the owner. The count has a bit for "closed" and counts holders above it. */
    static final class State implements Runnable {
        private static final System.Logger LOG = System.getLogger("io.shearling.leaks");
        private static final int CLOSED = 1;
        private static final int HOLDER = 2;

        private final String what;
        private final Runnable free;
        private final boolean reported;
        private final @Nullable Throwable creation;
        private final AtomicInteger count = new AtomicInteger(HOLDER);

        State(String what, Runnable free, boolean reported, @Nullable Throwable creation) {
            this.what = what;
            this.free = free;
            this.reported = reported;
            this.creation = creation;
        }

        void retain() {
            for (int now = count.get(); ; now = count.get()) {
                if ((now & CLOSED) != 0) {
                    throw new ShearlingException(
                            ErrorCode.CLOSED, "the " + what + " is closed; use it before close(), or open it again");
                }
                if (count.compareAndSet(now, now + HOLDER)) {
                    return;
                }
            }
        }

        void release() {
            if (count.addAndGet(-HOLDER) == CLOSED) {
                free.run();
            }
        }

        boolean closed() {
            return (count.get() & CLOSED) != 0;
        }

        boolean closeByOwner() {
            for (int now = count.get(); (now & CLOSED) == 0; now = count.get()) {
                if (count.compareAndSet(now, now | CLOSED)) {
                    release();
                    return true;
                }
            }
            return false;
        }

        /** The cleaner's call: the owner is gone. */
        @Override
        public void run() {
            if (closeByOwner() && reported) {
                String remedy = creation == null
                        ? "; close it, and start with -Dshearling.leaks=trace to see where it was created"
                        : "; close it";
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the " + what + " was never closed; it has been freed now" + remedy,
                        creation);
            }
        }
    }
}
