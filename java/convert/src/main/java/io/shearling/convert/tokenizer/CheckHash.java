package io.shearling.convert.tokenizer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** llama.cpp's way to know a pre-tokenizer: the hash of the tokens of one text, and a table of hashes. */
final class CheckHash {
    private static final String TEXT = Resource.text("check-text.txt");
    private static final Map<String, String> NAMES = names();

    private CheckHash() {}

    /** The text that is encoded. */
    static String text() {
        return TEXT;
    }

    /** SHA-256 of the numbers as Python writes a list of them. */
    static String of(int[] ids) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(Arrays.toString(ids).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256.", e);
        }
    }

    /** The name that llama.cpp gives to a hash. */
    static Optional<String> name(String hash) {
        return Optional.ofNullable(NAMES.get(hash));
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        // Of two rows with one hash the later holds.
        Resource.rows("check-hashes.tsv").forEach(row -> names.put(row[0], row[1]));
        return names;
    }
}
