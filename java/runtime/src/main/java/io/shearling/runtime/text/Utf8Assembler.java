package io.shearling.runtime.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns the bytes of tokens, which may end in the middle of a code point, into text of whole code points.
 *
 * <p>Bytes that can still become a code point wait for the next token. Bytes that cannot are replaced by U+FFFD, exactly as
 * the JDK's decoder replaces them in the whole: the text does not depend on where tokens are cut.
 */
public final class Utf8Assembler {
    private byte[] pending = new byte[4];
    private int size;

    /** Adds the first {@code length} of {@code bytes} and returns the text that is complete, perhaps empty. */
    public String add(byte[] bytes, int length) {
        if (size == 0 && isAscii(bytes, length)) {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
        byte[] all = Arrays.copyOf(pending, size + length);
        System.arraycopy(bytes, 0, all, size, length);
        int whole = all.length - incompleteTail(all);
        size = all.length - whole;
        pending = Arrays.copyOfRange(all, whole, whole + 4);
        return new String(all, 0, whole, StandardCharsets.UTF_8);
    }

    /** The end of the text: what still waits becomes U+FFFD. */
    public String end() {
        String rest = new String(pending, 0, size, StandardCharsets.UTF_8);
        size = 0;
        return rest;
    }

    private static boolean isAscii(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Bytes at the end that are a proper prefix of a well-formed code point: 0 to 3. */
    private static int incompleteTail(byte[] bytes) {
        int end = bytes.length;
        for (int back = 1; back <= Math.min(3, end); back++) {
            int lead = bytes[end - back] & 0xFF;
            if (lead < 0x80) {
                return 0;
            }
            if (lead >= 0xC2 && lead <= 0xF4) {
                int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
                return needed > back && secondByteFits(lead, bytes, end - back + 1) ? back : 0;
            }
            if (lead >= 0xC0) {
                return 0;
            }
        }
        return 0;
    }

    /**
     * Whether the byte after {@code lead}, if it is there, is one that can follow it (Unicode table 3-7; surrogates, which
     * cannot, are let through because the JDK replaces their three bytes as one).
     */
    private static boolean secondByteFits(int lead, byte[] bytes, int index) {
        if (index >= bytes.length) {
            return true;
        }
        int second = bytes[index] & 0xFF;
        return switch (lead) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> second >= 0x80 && second <= 0xBF;
        };
    }
}
