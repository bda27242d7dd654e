package io.shearling.runtime;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader that waits while two would end its generation: it hears of one end, and of nothing after it. */
@NullMarked
@JCStressTest
@Outcome(
        id = {"1, 0", "2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "the finished event and then nothing, or the failure for good")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ends, or none")
@State
public class EndAgainstFailure {
    private static final int NOTHING = 0;
    private static final int FINISHED = 1;
    private static final int FAILED = 2;

    private static final GenerationEvent END = new GenerationEvent.Finished(
            FinishReason.END_OF_TEXT, new Usage(1, 0, 1), new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO));

    private final EventQueue queue = new EventQueue(() -> {});

    @Actor
    public void end() {
        queue.put(END);
    }

    @Actor
    public void failure() {
        queue.fail(new ShearlingException(ErrorCode.NATIVE, "broken"));
    }

    @Actor
    public void reader(II_Result result) {
        result.r1 = take();
        result.r2 = take();
    }

    private int take() {
        try {
            return queue.take() == null ? NOTHING : FINISHED;
        } catch (ShearlingException e) {
            return FAILED;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
