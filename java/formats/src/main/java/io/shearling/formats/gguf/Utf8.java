package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Text to bytes and back, where Java's defaults would lose something without a word. */
final class Utf8 {
    private Utf8() {}

    static byte[] encode(String text) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOfRange(buffer.array(), buffer.arrayOffset(), buffer.arrayOffset() + buffer.limit());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "The text has a surrogate without its partner and cannot be stored as UTF-8.", e);
        }
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
