package io.shearling.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The computation of one batch, aborted ones too. There is one for every token, so a recording has them only when it asks. */
@Name("io.shearling.DecodeStep")
@Label("Decode Step")
@Category("Shearling")
@Enabled(false)
@StackTrace(false)
public final class DecodeStep extends Event {
    @Label("Batch Tokens")
    int batchTokens;

    @Label("Sequences")
    int sequences;

    @Label("Threads")
    int threads;

    static @Nullable DecodeStep begun() {
        DecodeStep step = new DecodeStep();
        if (!step.isEnabled()) {
            return null;
        }
        step.begin();
        return step;
    }

    /** The step is over. */
    public void done(int tokens, int sequenceCount, int threadCount) {
        batchTokens = tokens;
        sequences = sequenceCount;
        threads = threadCount;
        commit();
    }
}
