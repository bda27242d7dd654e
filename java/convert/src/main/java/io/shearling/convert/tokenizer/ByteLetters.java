package io.shearling.convert.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes written as letters that can be seen, as byte-level vocabularies have them. */
public final class ByteLetters {
    private static final char[] LETTERS = letters();
    private static final int[] BYTES = bytes();

    private ByteLetters() {}

    /** The bytes of a text, each as its letter. */
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder letters = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            letters.append(LETTERS[b & 0xFF]);
        }
        return letters.toString();
    }

    /** The text whose bytes are written here; a token with another letter stands for itself. */
    public static String decode(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); i++) {
            char letter = token.charAt(i);
            if (letter >= BYTES.length || BYTES[letter] < 0) {
                return token;
            }
            bytes.write(BYTES[letter]);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What can be seen in Latin-1 stays, the others follow behind it in their order. */
    private static char[] letters() {
        char[] letters = new char[256];
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean seen = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            letters[b] = seen ? (char) b : next++;
        }
        return letters;
    }

    private static int[] bytes() {
        int[] bytes = new int[512];
        Arrays.fill(bytes, -1);
        for (int b = 0; b < 256; b++) {
            bytes[LETTERS[b]] = b;
        }
        return bytes;
    }
}
