package io.shearling.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * The configuration of {@code java.util.logging} in this command: warnings and worse, one line each, on stderr; of llama.cpp's own
 * lines only errors, because it warns of much that a user can do nothing about. The JDK makes one when the first logger is asked for, so a command that logs nothing does not pay for it. Public for the JDK alone.
 */
public final class LogSetup {
    private static final String CLASS = "java.util.logging.config.class";
    private static final String FILE = "java.util.logging.config.file";

    /** Configures the JDK's log manager. */
    public LogSetup() throws IOException {
        String text =
                "handlers=" + StderrHandler.class.getName() + "\n.level=WARNING\nio.shearling.native.level=SEVERE\n";
        LogManager.getLogManager()
                .readConfiguration(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Has this configuration used, unless the user brings another. */
    static void install() {
        if (System.getProperty(CLASS) == null && System.getProperty(FILE) == null) {
            System.setProperty(CLASS, LogSetup.class.getName());
        }
    }
}
