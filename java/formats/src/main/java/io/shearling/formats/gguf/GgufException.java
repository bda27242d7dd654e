package io.shearling.formats.gguf;

import io.shearling.formats.output.OutputFaults;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file that cannot be read, written or used as asked.
 *
 * <p>The message is one sentence with the file, the cause and the remedy.
 */
public final class GgufException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_CHARACTERS = 600;

    /** What is wrong. */
    public enum Kind {
        /** There is no such file, or it cannot be read or written. */
        IO,
        /** The file does not begin as a GGUF file does. */
        NOT_GGUF,
        /** A version that this reader does not know. */
        VERSION,
        /** Written for machines of the other byte order. */
        BYTE_ORDER,
        /** The file ends before what it announces. */
        TRUNCATED,
        /** A count, length or size beyond what is allowed or can be. */
        LIMIT,
        /** A metadata key or value that breaks the format. */
        METADATA,
        /** A metadata key that is needed is not there. */
        MISSING_KEY,
        /** A metadata value of another type, or out of range. */
        VALUE,
        /** A tensor's description breaks the format. */
        TENSOR,
        /** Parts of a split file are missing or do not belong together. */
        SPLIT,
        /** Too little room for the output. */
        SPACE,
        /** The output may not be written there. */
        TARGET
    }

    private final Kind kind;
    private final String file;

    /**
     * An exception with the message "file: cause; remedy."
     *
     * @param file the file's name or path
     * @param reason what is wrong, without a full stop; of a long one, which has a name or a value out of the file, the middle
     *     is left out
     * @param remedy what to do, without a full stop
     */
    public GgufException(Kind kind, String file, String reason, String remedy) {
        super(file + ": " + shortened(reason) + "; " + remedy + ".");
        this.kind = kind;
        this.file = file;
    }

    /** The same for a failure below, which becomes the cause. */
    public GgufException(Kind kind, String file, String reason, String remedy, Throwable cause) {
        this(kind, file, reason, remedy);
        initCause(cause);
    }

    /** What went wrong when a file was written. */
    static GgufException ofOutput(
            OutputFaults.Kind kind, String file, String reason, String remedy, @Nullable Throwable cause) {
        Kind known = switch (kind) {
            case TARGET -> Kind.TARGET;
            case SPACE -> Kind.SPACE;
            case IO -> Kind.IO;
        };
        return cause == null
                ? new GgufException(known, file, reason, remedy)
                : new GgufException(known, file, reason, remedy, cause);
    }

    /** A value of megabytes is no sentence; begin and end of the reason say what it is about. */
    private static String shortened(String reason) {
        int half = MOST_CHARACTERS / 2;
        return reason.length() <= MOST_CHARACTERS
                ? reason
                : reason.substring(0, half) + "…" + reason.substring(reason.length() - half);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** The file's name or path, as it was given. */
    public String file() {
        return file;
    }
}
