package io.shearling.recipes.statistics;

import org.jspecify.annotations.Nullable;

/** Says in one sentence why statistics cannot be collected, read or used: where, the cause, and what to do. */
public final class StatisticsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Kind {
        /** The file is missing or cannot be read or written. */
        IO,
        /** The file is damaged, or holds no statistics. */
        FORMAT,
        /** A value is not finite, or negative where it cannot be. */
        VALUE,
        /** They were taken from another model. */
        MODEL,
        /** The text has too few tokens. */
        TEXT,
        /** The model, or this machine's memory, does not allow it. */
        UNSUPPORTED,
        /** The caller asked to stop. */
        CANCELLED
    }

    private final Kind kind;

    /**
     * Says why.
     *
     * @param where the file, the tensor or the text
     * @param cause what is wrong with it, a clause
     * @param remedy what to do, a clause
     */
    public StatisticsException(Kind kind, String where, String cause, String remedy, @Nullable Throwable origin) {
        super(where + ": " + cause + "; " + remedy, origin);
        this.kind = kind;
    }

    /** Says why, without an origin. */
    public StatisticsException(Kind kind, String where, String cause, String remedy) {
        this(kind, where, cause, remedy, null);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
