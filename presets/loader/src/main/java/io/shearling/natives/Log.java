package io.shearling.natives;

import java.lang.System.Logger.Level;

/** The log of this package, made when there is something to say: the JDK's logging takes longer to start than all else here. */
final class Log {
    private static final System.Logger LOGGER = System.getLogger("io.shearling.natives");

    private Log() {}

    static void debug(String sentence) {
        LOGGER.log(Level.DEBUG, sentence);
    }

    static void warn(String sentence) {
        LOGGER.log(Level.WARNING, sentence);
    }
}
