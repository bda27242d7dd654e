package io.shearling.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds arguments that the JVM could not read: in the locale "C" it makes question marks of all that is not ASCII. */
final class ArgumentEncoding {
    private ArgumentEncoding() {}

    /** Refuses arguments that have lost characters on their way into the JVM. */
    static void check(String... arguments) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (!isUnicode(encoding) && looksDamaged(arguments) && hasOtherThanAscii(Path.of("/proc/self/cmdline"))) {
            throw new UsageException(
                    "the locale's encoding " + encoding
                            + " cannot carry the characters of the arguments; set LC_ALL=C.UTF-8, or give the text on stdin with -");
        }
    }

    private static boolean isUnicode(String encoding) {
        return Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    }

    private static boolean looksDamaged(String... arguments) {
        for (String argument : arguments) {
            if (argument.indexOf('?') >= 0 || argument.indexOf('\ufffd') >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasOtherThanAscii(Path commandLine) {
        try {
            if (Files.isReadable(commandLine)) {
                for (byte b : Files.readAllBytes(commandLine)) {
                    if (b < 0) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
