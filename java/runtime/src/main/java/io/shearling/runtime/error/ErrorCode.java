package io.shearling.runtime.error;

/** What kind of thing went wrong, for programs; the exception's message is for people. */
public enum ErrorCode {
    /** An argument or option is out of its documented range. */
    INVALID_ARGUMENT,
    /** The machine has not the memory that was asked for. */
    OUT_OF_MEMORY,
    /** A model file is damaged, incomplete or of a kind that this build does not know. */
    MODEL_REFUSED,
    /** The model or the build cannot do what was asked. */
    UNSUPPORTED,
    /** Somebody cancelled the operation or interrupted its thread. */
    CANCELLED,
    /** The prompt, or with {@code ContextFullPolicy.FAIL} the text, does not fit the context. */
    CONTEXT_FULL,
    /** A chat template does not parse or refuses the messages. */
    BAD_TEMPLATE,
    /** A grammar does not parse. */
    BAD_GRAMMAR,
    /** The object was closed before the call. */
    CLOSED,
    /** The session already serves a generation, or the engine has no free sequence. */
    BUSY,
    /** No device of the kind that was required. */
    NO_DEVICE,
    /** What a model computes is no number: NaN or infinite. */
    NOT_FINITE,
    /** Native code failed in a way of its own; the message has its words. */
    NATIVE,
}
