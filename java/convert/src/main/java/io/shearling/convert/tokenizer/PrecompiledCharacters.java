package io.shearling.convert.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of SentencePiece that says which letters become which: a double-array trie of UTF-8 bytes whose values are
 * places in a run of texts, each ended by a NUL.
 */
final class PrecompiledCharacters implements TextNormalizer {
    private static final Pattern GRAPHEME = Pattern.compile("\\X", Pattern.DOTALL);
    /** Longer clusters are taken letter by letter. */
    private static final int LONGEST_CLUSTER = 6;

    private final int[] units;
    private final byte[] texts;

    private PrecompiledCharacters(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    static TextNormalizer of(JsonPart part) {
        byte[] bytes = bytes(part);
        if (bytes.length == 0) {
            return text -> text;
        }
        return of(bytes).orElseThrow(() -> part.fault("has a table of characters that is broken"));
    }

    /** The bytes of the table, which the file has in base64. */
    static byte[] bytes(JsonPart part) {
        try {
            return Base64.getDecoder()
                    .decode(part.findText("precompiled_charsmap").orElse(""));
        } catch (IllegalArgumentException e) {
            throw part.fault("has a table of characters that is not base64");
        }
    }

    private static Optional<TextNormalizer> of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < Integer.BYTES) {
            return Optional.empty();
        }
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining() || length % Integer.BYTES != 0) {
            return Optional.empty();
        }
        IntBuffer trie =
                buffer.slice().order(ByteOrder.LITTLE_ENDIAN).limit(length).asIntBuffer();
        int[] units = new int[trie.remaining()];
        trie.get(units);
        byte[] texts = new byte[buffer.remaining() - length];
        buffer.position(buffer.position() + length).get(texts);
        return Optional.of(new PrecompiledCharacters(units, texts));
    }

    @Override
    public String normalize(String text) {
        StringBuilder changed = new StringBuilder(text.length());
        Matcher clusters = GRAPHEME.matcher(text);
        while (clusters.find()) {
            String cluster = clusters.group();
            if (cluster.getBytes(StandardCharsets.UTF_8).length < LONGEST_CLUSTER) {
                Optional<String> other = find(cluster);
                if (other.isPresent()) {
                    changed.append(other.get());
                    continue;
                }
            }
            cluster.codePoints()
                    .mapToObj(Character::toString)
                    .forEach(letter -> changed.append(find(letter).orElse(letter)));
        }
        return changed.toString();
    }

    /** The text of the shortest beginning that the trie holds. */
    private Optional<String> find(String chunk) {
        if (units.length == 0) {
            return Optional.empty();
        }
        int node = offset(units[0]);
        for (byte b : chunk.getBytes(StandardCharsets.UTF_8)) {
            if (b == 0) {
                return Optional.empty();
            }
            node ^= b & 0xFF;
            if (node < 0 || node >= units.length) {
                return Optional.empty();
            }
            int unit = units[node];
            if ((unit & 0x8000_00FF) != (b & 0xFF)) {
                return Optional.empty();
            }
            node ^= offset(unit);
            if ((unit >>> 8 & 1) == 1 && node >= 0 && node < units.length) {
                return text(units[node] & 0x7FFF_FFFF);
            }
        }
        return Optional.empty();
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
    }

    private Optional<String> text(int start) {
        if (start > texts.length) {
            return Optional.empty();
        }
        int end = start;
        while (end < texts.length && texts[end] != 0) {
            end++;
        }
        return Optional.of(new String(texts, start, end - start, StandardCharsets.UTF_8));
    }
}
