package io.shearling.convert.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The tokens that stand for single bytes, such as {@code <0x0A>}. */
final class ByteTokens {
    private final int[] ids = new int[256];

    ByteTokens(Vocabulary vocabulary) {
        for (int b = 0; b < ids.length; b++) {
            ids[b] = vocabulary.id(String.format("<0x%02X>", b));
        }
    }

    /** The tokens of a text's bytes, when each has one. */
    Optional<int[]> of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] found = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            found[i] = ids[bytes[i] & 0xFF];
        }
        return Arrays.stream(found).allMatch(id -> id >= 0) ? Optional.of(found) : Optional.empty();
    }
}
