package io.shearling.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A prompt's computation, from its first step to the choice of the first token. One that is cancelled is not told. */
@Name("io.shearling.Prompt")
@Label("Prompt")
@Category("Shearling")
@StackTrace(false)
public final class PromptRun extends Event {
    @Label("Model")
    @Nullable
    String model;

    @Label("Sequence")
    int sequence;

    @Label("Tokens")
    int tokens;

    @Label("Reused Tokens")
    int reusedTokens;

    static @Nullable PromptRun begun(String model, int sequence) {
        PromptRun run = new PromptRun();
        if (!run.isEnabled()) {
            return null;
        }
        run.model = model;
        run.sequence = sequence;
        run.begin();
        return run;
    }

    /** The prompt is through. */
    public void done(int promptTokens, int reused) {
        tokens = promptTokens;
        reusedTokens = reused;
        commit();
    }
}
