package io.shearling.recipes;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says in one sentence why a step of a recipe cannot be done: the file, the cause, and what to do. */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Kind {
        /** A file is missing or cannot be read. */
        IO,
        /** The file is no model that this step is for, or not of the same vocabulary as the other. */
        MODEL,
        /** A type that is impossible, or that nothing was asked to have. */
        TYPE,
        /** Statistics are missing, broken, or of another model. */
        STATISTICS,
        /** Values of a weight or of activations are no numbers, or cannot be stored. */
        VALUES,
        /** A text or a file of tasks is too short, broken, or may not be used for this. */
        TEXT,
        /** A recipe says what cannot be, or a gate of it is not passed. */
        RECIPE,
        /** A workspace is damaged, or of another version. */
        WORKSPACE,
        /** A published model is not what it says it is. */
        CLAIM,
        /** More memory is needed than is allowed. */
        MEMORY,
        /** The caller asked to stop. */
        CANCELLED
    }

    private final Kind kind;

    /** Cause and remedy. */
    private final String clauses;

    /**
     * Says why.
     *
     * @param where the file, the tensor or the text
     * @param cause what is wrong with it, a clause
     * @param remedy what to do, a clause
     */
    public RecipeException(Kind kind, String where, String cause, String remedy, @Nullable Throwable origin) {
        this(kind, where, cause + "; " + remedy, origin);
    }

    private RecipeException(Kind kind, String where, String clauses, @Nullable Throwable origin) {
        super(where + ": " + clauses, origin);
        this.kind = kind;
        this.clauses = clauses;
    }

    /** Says why, without an origin. */
    public RecipeException(Kind kind, String where, String cause, String remedy) {
        this(kind, where, cause, remedy, null);
    }

    /**
     * What becomes of an error that the JVM makes of a mapped page which is not there any more.
     *
     * @param data whose they are, for example a tensor's name
     */
    public static RecipeException gone(Path file, String data, InternalError error) {
        return new RecipeException(
                Kind.IO,
                file.toString(),
                "the data of " + data + " cannot be read any more",
                "leave the file alone while it is read, and check the disk",
                error);
    }

    /** The same of another place, as of the step that reads a file which is gone when somebody reads this. */
    public RecipeException at(String where) {
        return new RecipeException(kind, where, clauses, this);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
