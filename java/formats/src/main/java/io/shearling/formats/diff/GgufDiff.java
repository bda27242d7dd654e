package io.shearling.formats.diff;

import io.shearling.formats.gguf.GgufFile;
import java.util.List;

/**
 * What differs between two models in GGUF form, each one file or all parts of a split one.
 *
 * <pre>{@code
 * try (GgufFile one = GgufFile.open(a); GgufFile other = GgufFile.open(b)) {
 *     GgufDiff diff = GgufDiff.of(one, other);
 * }
 * }</pre>
 *
 * @param keys what differs in the metadata, in the order of the first file, then what only the second has
 * @param tensors what differs in the tensors, in the same order
 */
public record GgufDiff(List<KeyDifference> keys, List<TensorDifference> tensors) {
    /** Copies the lists. */
    public GgufDiff {
        keys = List.copyOf(keys);
        tensors = List.copyOf(tensors);
    }

    /**
     * Compares two open files. All data is read once, in pieces, and none of it is kept.
     *
     * @throws io.shearling.formats.gguf.GgufException when a file cannot be read
     */
    public static GgufDiff of(GgufFile one, GgufFile other) {
        return new GgufDiff(
                KeyDifference.between(one.metadata(), other.metadata()), TensorDifference.between(one, other));
    }

    /** Whether both say the same in the same order. */
    public boolean empty() {
        return keys.isEmpty() && tensors.isEmpty();
    }
}
