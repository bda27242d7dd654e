package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.runtime.error.ShearlingException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * Hands native log lines to the logger {@code io.shearling.native}: errors and warnings at their own level, what llama.cpp tells
 * everybody as DEBUG, for it is of use only to who looks for a fault.
 */
final class NativeLog {
    private static final System.Logger LOG = System.getLogger("io.shearling.native");

    /** What upstream warns of when an embedder pools as asked, or as documented where the model says nothing. */
    private static final String POOLING_CHOSEN = "model default pooling_type is";

    private NativeLog() {}

    /** Tells native code which lines anybody wants. */
    static void configure() {
        Core.shl_log_threshold(LOG.isLoggable(Level.DEBUG) ? Core.SHL_LOG_INFO : Core.SHL_LOG_WARN);
    }

    /**
     * Makes a call: throws when it fails, with the reason in the exception, so that the lines that led to it are for those who
     * look for them only. What waited before is not the call's and goes out as it is.
     */
    static void checked(IntSupplier call, String doing) {
        drain();
        int status = call.getAsInt();
        if (status == Core.SHL_OK) {
            drain();
            return;
        }
        ShearlingException failure = Status.failure(status, doing);
        pass(Level.DEBUG);
        throw failure;
    }

    /** Passes on what waits; one atomic read when nothing does. */
    static void drain() {
        pass(Level.ERROR);
    }

    private static void pass(Level highest) {
        while (Core.shl_log_pending()) {
            int[] level = new int[1];
            byte[] line = new byte[1024];
            int size = (int) Core.shl_log_take(level, line, line.length);
            if (size < 0) {
                return;
            }
            String text = new String(line, 0, Math.min(size, line.length), StandardCharsets.UTF_8);
            Level own = text.contains(POOLING_CHOSEN) ? Level.DEBUG : level(level[0]);
            LOG.log(own.getSeverity() > highest.getSeverity() ? highest : own, text.stripTrailing());
        }
    }

    private static Level level(int level) {
        if (level >= Core.SHL_LOG_ERROR) {
            return Level.ERROR;
        }
        return level == Core.SHL_LOG_WARN ? Level.WARNING : Level.DEBUG;
    }
}
