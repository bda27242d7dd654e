package io.shearling.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A generation, from the call that asks for it to its last event. */
@Name("io.shearling.Generation")
@Label("Generation")
@Category("Shearling")
@StackTrace(false)
public final class GenerationRun extends Event {
    @Label("Model")
    @Nullable
    String model;

    @Label("End")
    @Description("A FinishReason, or the ErrorCode of a failure")
    @Nullable
    String end;

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Generated Tokens")
    int generatedTokens;

    @Label("Time to First Token")
    @Description("From the call to the choice of the first token; 0: there was none")
    @Timespan(Timespan.NANOSECONDS)
    long timeToFirstToken;

    static @Nullable GenerationRun begun() {
        GenerationRun run = new GenerationRun();
        if (!run.isEnabled()) {
            return null;
        }
        run.begin();
        return run;
    }

    /** The generation is over. */
    public void done(String modelName, String reason, int prompt, int generated, long firstTokenNanos) {
        model = modelName;
        end = reason;
        promptTokens = prompt;
        generatedTokens = generated;
        timeToFirstToken = firstTokenNanos;
        commit();
    }
}
