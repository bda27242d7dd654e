package io.shearling.cli;

/** Where the turns of a chat come from. One thread reads. */
interface ChatInput extends AutoCloseable {
    /** What somebody did at the prompt. */
    sealed interface Turn {
        /** A message or a command; several lines are one turn when all but the last ended in a backslash. */
        record Line(String text) implements Turn {}

        /**
         * Ctrl-C.
         *
         * @param empty whether nothing had been typed
         */
        record Interrupt(boolean empty) implements Turn {}

        /** Ctrl-D, or the end of the input. */
        record End() implements Turn {}
    }

    /** The next turn; waits for it. */
    Turn next();

    /**
     * Has Ctrl-C do this until the next turn is read: on the thread of the signal, or here and now where it came since the last
     * turn.
     */
    void onInterrupt(Runnable stop);

    /** Gives back what belongs to the terminal. Idempotent. */
    @Override
    void close();
}
