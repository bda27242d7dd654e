package io.shearling.recipes;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValueType;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The texts that statistics or a model were made with, by the checksums of their files: what is measured on one of them looks
 * better than it is. Immutable.
 */
public final class CalibrationTexts {
    /** The key of a GGUF file that holds them, an array of strings. */
    public static final String KEY = "shearling.calibration.text_sha256";

    /** No text that is known of. */
    public static final CalibrationTexts NONE = new CalibrationTexts(new TreeSet<>());

    private final SortedSet<String> sha256;

    private CalibrationTexts(SortedSet<String> sha256) {
        this.sha256 = sha256;
    }

    /** One text. */
    public static CalibrationTexts of(Text text) {
        return new CalibrationTexts(new TreeSet<>(Set.of(text.sha256())));
    }

    /** Those that a file tells of; none when it tells of none, or not in strings. */
    public static CalibrationTexts of(GgufMetadata metadata) {
        return metadata.findArray(KEY)
                .filter(array -> array.elementType() == GgufValueType.STRING)
                .map(array -> new CalibrationTexts(new TreeSet<>(array.strings())))
                .orElse(NONE);
    }

    /** These and those. */
    public CalibrationTexts and(CalibrationTexts others) {
        SortedSet<String> all = new TreeSet<>(sha256);
        all.addAll(others.sha256);
        return new CalibrationTexts(all);
    }

    /** Whether a text is one of them. */
    public boolean contains(Text text) {
        return sha256.contains(text.sha256());
    }

    /** Writes them into the keys of a file, unless there are none. */
    public void put(GgufMetadata.Builder keys) {
        if (!sha256.isEmpty()) {
            keys.remove(KEY).put(KEY, GgufArray.ofStrings(list()));
        }
    }

    private List<String> list() {
        return List.copyOf(sha256);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CalibrationTexts texts && texts.sha256.equals(sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    @Override
    public String toString() {
        return sha256.toString();
    }
}
