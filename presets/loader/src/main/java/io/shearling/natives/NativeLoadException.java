package io.shearling.natives;

import org.jspecify.annotations.Nullable;

/** Native code that cannot be loaded here. The message is one sentence: the file, the cause, the remedy. */
public final class NativeLoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why native code cannot be loaded. */
    public enum Reason {
        /** No jar with natives for this operating system and processor is present. */
        NO_BUNDLE,
        /** Two jars bring different files of the same name. */
        CONFLICTING_BUNDLES,
        /** A jar's contents do not match its index. */
        DAMAGED_BUNDLE,
        /** No folder could be found that files can be written to and loaded from. */
        NO_FOLDER,
        /** The folder named by the user lacks a library. */
        INCOMPLETE_FOLDER,
        /** The file system does not allow code to be executed from it. */
        NOT_EXECUTABLE,
        /** A library of the operating system is missing. */
        MISSING_LIBRARY,
        /** A library of the operating system is too old. */
        OLD_SYSTEM,
        /** The library was built for another processor or operating system. */
        WRONG_ARCHITECTURE,
        /** The file is not a whole library. */
        DAMAGED_FILE,
        /** The library belongs to another class loader of this JVM. */
        OTHER_CLASS_LOADER,
        /** The JVM was told not to let this module call native code. */
        NATIVE_ACCESS_DENIED,
        /** Something else; the message has the system's own words. */
        OTHER
    }

    private final Reason reason;
    private final String sentence;

    NativeLoadException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.sentence = message;
    }

    /** Why, as a value. */
    public Reason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}
