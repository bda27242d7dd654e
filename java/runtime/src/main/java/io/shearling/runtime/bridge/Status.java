package io.shearling.runtime.bridge;

import static io.shearling.core.Core.SHL_BAD_GRAMMAR;
import static io.shearling.core.Core.SHL_BAD_TEMPLATE;
import static io.shearling.core.Core.SHL_CANCELLED;
import static io.shearling.core.Core.SHL_INVALID_ARGUMENT;
import static io.shearling.core.Core.SHL_LOAD_FAILED;
import static io.shearling.core.Core.SHL_NOT_FINITE;
import static io.shearling.core.Core.SHL_NO_ROOM;
import static io.shearling.core.Core.SHL_OK;
import static io.shearling.core.Core.SHL_OUT_OF_MEMORY;
import static io.shearling.core.Core.SHL_UNSUPPORTED;

import io.shearling.core.Core;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;

/** The one place where a native status becomes an exception. */
public final class Status {
    private Status() {}

    /** Returns when the status is OK; else throws what it means, with the message of this thread's last failure. */
    public static void check(int status, String doing) {
        if (status != SHL_OK) {
            throw failure(status, doing);
        }
    }

    static ShearlingException failure(int status, String doing) {
        String remedy = status == SHL_OUT_OF_MEMORY ? "; ask for less, or free memory" : "";
        return new ShearlingException(code(status), doing + ": " + Core.shl_last_error() + remedy);
    }

    private static ErrorCode code(int status) {
        return switch (status) {
            case SHL_INVALID_ARGUMENT -> ErrorCode.INVALID_ARGUMENT;
            case SHL_OUT_OF_MEMORY -> ErrorCode.OUT_OF_MEMORY;
            case SHL_LOAD_FAILED -> ErrorCode.MODEL_REFUSED;
            case SHL_CANCELLED -> ErrorCode.CANCELLED;
            case SHL_NO_ROOM -> ErrorCode.CONTEXT_FULL;
            case SHL_UNSUPPORTED -> ErrorCode.UNSUPPORTED;
            case SHL_BAD_TEMPLATE -> ErrorCode.BAD_TEMPLATE;
            case SHL_BAD_GRAMMAR -> ErrorCode.BAD_GRAMMAR;
            case SHL_NOT_FINITE -> ErrorCode.NOT_FINITE;
            default -> ErrorCode.NATIVE;
        };
    }
}
