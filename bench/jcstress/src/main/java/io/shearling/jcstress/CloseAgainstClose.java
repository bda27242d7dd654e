package io.shearling.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two closes and a call: the object is freed once. */
@JCStressTest
@Outcome(
        id = {"0, 1", "2, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "freed once")
@Outcome(expect = Expect.FORBIDDEN, desc = "used after it was freed, or not freed once")
@State
public class CloseAgainstClose extends Handle {
    @Actor
    public void caller(II_Result result) {
        result.r1 = use();
    }

    @Actor
    public void owner() {
        close();
    }

    @Actor
    public void otherOwner() {
        close();
    }

    @Arbiter
    public void afterwards(II_Result result) {
        result.r2 = frees();
    }
}
