package io.shearling.formats.output;

import org.jspecify.annotations.Nullable;

/** Makes the exceptions of a format out of what goes wrong when a file is written. */
@FunctionalInterface
public interface OutputFaults {
    /** What is wrong. */
    enum Kind {
        /** The file may not be written there. */
        TARGET,
        /** Too little room. */
        SPACE,
        /** The disk or the system fails. */
        IO
    }

    /** The exception for a failure below, or for none. */
    RuntimeException fault(Kind kind, String file, String reason, String remedy, @Nullable Throwable cause);

    /** The exception where nothing below failed. */
    default RuntimeException fault(Kind kind, String file, String reason, String remedy) {
        return fault(kind, file, reason, remedy, null);
    }
}
