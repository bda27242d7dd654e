package io.shearling.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds arguments that the JVM could not read. In the locale "C" it makes question marks of all that is not ASCII, in a UTF-8
 * locale it makes U+FFFD of bytes that are no UTF-8; either would go to the model as if it had been typed.
 */
final class ArgumentEncoding {
    private ArgumentEncoding() {}

    /** Refuses arguments that have lost characters on their way into the JVM. */
    static void check(String... arguments) {
        if (looksDamaged(arguments)) {
            check(System.getProperty("sun.jnu.encoding", "UTF-8"), commandLine());
        }
    }

    /** Refuses a command line, as the bytes that the system passed, which the encoding does not read. */
    static void check(String encoding, byte[] commandLine) {
        if (isUnicode(encoding)) {
            if (!isUtf8(commandLine)) {
                throw new UsageException("an argument is not UTF-8; convert it, or give the text on stdin with -");
            }
        } else if (hasOtherThanAscii(commandLine)) {
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

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean hasOtherThanAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return true;
            }
        }
        return false;
    }

    /** Empty where the system does not tell. */
    private static byte[] commandLine() {
        Path file = Path.of("/proc/self/cmdline");
        try {
            return Files.isReadable(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
