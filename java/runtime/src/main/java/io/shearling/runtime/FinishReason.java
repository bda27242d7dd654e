package io.shearling.runtime;

/** Why a generation ended. */
public enum FinishReason {
    /** The model said that the text is complete. */
    END_OF_TEXT,
    /** A stop string came up; it is not part of the text. */
    STOP_STRING,
    /** The asked number of tokens is reached. A character of which only a part was generated is left out of the text. */
    MAX_TOKENS,
    /** The context is full and the policy says to stop there. */
    CONTEXT_FULL,
    /** The reader cancelled or closed the stream, or the session or engine was closed. */
    CANCELLED,
}
