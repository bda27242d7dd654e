package io.shearling.formats.safetensors;

import io.shearling.formats.output.OutputFaults;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file or an index of several that cannot be read or written.
 *
 * <p>The message is one sentence with the file, the cause and the remedy.
 */
public final class SafetensorsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Kind {
        /** There is no such file, or it cannot be read or written. */
        IO,
        /** The file ends before what it announces. */
        TRUNCATED,
        /** The header is not the JSON that the format asks for. */
        HEADER,
        /** A count or length beyond what is allowed. */
        LIMIT,
        /** A tensor's description breaks the format. */
        TENSOR,
        /** The tensors' ranges overlap or leave bytes out. */
        LAYOUT,
        /** The index of a checkpoint in several files breaks its form, or does not fit the files. */
        INDEX,
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
     * @param reason what is wrong, without a full stop
     * @param remedy what to do, without a full stop
     */
    public SafetensorsException(Kind kind, String file, String reason, String remedy) {
        super(file + ": " + reason + "; " + remedy + ".");
        this.kind = kind;
        this.file = file;
    }

    /** The same for a failure below, which becomes the cause. */
    public SafetensorsException(Kind kind, String file, String reason, String remedy, Throwable cause) {
        this(kind, file, reason, remedy);
        initCause(cause);
    }

    /** What went wrong when a file was written. */
    static SafetensorsException ofOutput(
            OutputFaults.Kind kind, String file, String reason, String remedy, @Nullable Throwable cause) {
        Kind known = switch (kind) {
            case TARGET -> Kind.TARGET;
            case SPACE -> Kind.SPACE;
            case IO -> Kind.IO;
        };
        return cause == null
                ? new SafetensorsException(known, file, reason, remedy)
                : new SafetensorsException(known, file, reason, remedy, cause);
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
