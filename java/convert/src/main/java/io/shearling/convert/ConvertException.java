package io.shearling.convert;

import org.jspecify.annotations.Nullable;

/** Says in one sentence why a checkpoint cannot be converted: the file, the cause, and what to do. */
public final class ConvertException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Kind {
        /** A file is missing or cannot be read. */
        IO,
        /** The configuration is missing, broken, or contradicts the tensors. */
        CONFIG,
        /** No description of this architecture is known. */
        ARCHITECTURE,
        /** A tensor is missing, unknown, or of another shape than the configuration says. */
        TENSORS,
        /** The tokenizer's files are missing, broken or of an unknown kind. */
        TOKENIZER,
        /** The values cannot be stored in the type that was asked for. */
        TYPE,
        /** The caller asked to stop. */
        CANCELLED
    }

    private final Kind kind;

    /**
     * Says why.
     *
     * @param where the file or folder
     * @param cause what is wrong with it, a clause
     * @param remedy what to do, a clause
     */
    public ConvertException(Kind kind, String where, String cause, String remedy, @Nullable Throwable origin) {
        super(where + ": " + cause + "; " + remedy, origin);
        this.kind = kind;
    }

    /** Says why, without an origin. */
    public ConvertException(Kind kind, String where, String cause, String remedy) {
        this(kind, where, cause, remedy, null);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
