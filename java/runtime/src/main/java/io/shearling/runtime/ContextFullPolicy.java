package io.shearling.runtime;

/** What to do when the context is full in the middle of a generation. A prompt that does not fit is always refused. */
public sealed interface ContextFullPolicy {
    /** End with {@link FinishReason#CONTEXT_FULL}. */
    ContextFullPolicy STOP = new Stop();

    /** Fail with {@link io.shearling.runtime.error.ErrorCode#CONTEXT_FULL}. */
    ContextFullPolicy FAIL = new Fail();

    /**
     * Go on, forgetting the older half of what comes after the first {@code keep} tokens.
     *
     * @param keep tokens at the start (a system prompt, say) that are never forgotten
     */
    static ContextFullPolicy slide(int keep) {
        return new Slide(keep);
    }

    /** See {@link #STOP}. */
    record Stop() implements ContextFullPolicy {}

    /** See {@link #FAIL}. */
    record Fail() implements ContextFullPolicy {}

    /**
     * See {@link #slide}.
     *
     * @param keep tokens at the start that stay
     */
    record Slide(int keep) implements ContextFullPolicy {
        public Slide {
            if (keep < 0) {
                throw new IllegalArgumentException("keep is " + keep + "; it must be 0 or more");
            }
        }
    }
}
