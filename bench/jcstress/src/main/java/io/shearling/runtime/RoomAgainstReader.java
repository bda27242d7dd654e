package io.shearling.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** An engine that finds its reader's queue full, and the reader that empties it: whoever was told "full" is woken. */
@NullMarked
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "the reader was first")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "the engine was first, and is woken")
@Outcome(expect = Expect.FORBIDDEN, desc = "the engine waits for ever, or is woken for nothing")
@State
public class RoomAgainstReader {
    private static final GenerationEvent EVENT = new GenerationEvent.Text("a");

    private final AtomicInteger woken = new AtomicInteger();
    private final EventQueue queue = new EventQueue(woken::incrementAndGet);

    public RoomAgainstReader() {
        // One more than the half at which the reader says that there is room, were the limit not reached.
        for (int i = 0; i < EventQueue.CAPACITY - 3; i++) {
            queue.put(EVENT);
        }
    }

    @Actor
    public void engine(ZI_Result result) {
        result.r1 = queue.hasRoom();
    }

    @Actor
    public void reader() {
        try {
            for (int i = 0; i < EventQueue.CAPACITY - 3; i++) {
                queue.take();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Arbiter
    public void afterwards(ZI_Result result) {
        result.r2 = woken.get();
    }
}
