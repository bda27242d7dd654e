package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text to bytes and back, where Java's defaults would lose something without a word. */
final class Utf8 {
    private Utf8() {}

    static byte[] encode(String text) {
        if (hasLoneSurrogate(text)) {
            throw new IllegalArgumentException(
                    "The text has a surrogate without its partner and cannot be stored as UTF-8.");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isSurrogate(letter)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(letter, text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    static String decode(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The text, or nothing when the bytes are no UTF-8. */
    static Optional<String> decodeStrictly(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
