package io.shearling.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two calls and a close: nobody uses what is freed, and it is freed once. */
@JCStressTest
@Outcome(
        id = {"0, 0, 1", "0, 2, 1", "2, 0, 1", "2, 2, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "each call is served or refused; freed once")
@Outcome(expect = Expect.FORBIDDEN, desc = "used after it was freed, or not freed once")
@State
public class LeaseAgainstClose extends Handle {
    @Actor
    public void caller(III_Result result) {
        result.r1 = use();
    }

    @Actor
    public void otherCaller(III_Result result) {
        result.r2 = use();
    }

    @Actor
    public void owner() {
        close();
    }

    @Arbiter
    public void afterwards(III_Result result) {
        result.r3 = frees();
    }
}
