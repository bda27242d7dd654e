package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What tensors of one role in neighbouring blocks got.
 *
 * @param role their name without block and suffix, as {@code attn_q}
 * @param firstBlock -1 outside of the blocks
 * @param lastBlock -1 outside of the blocks
 * @param types how many tensors have which type, by size of the type
 * @param elements of all these tensors
 * @param sizeBytes of all these tensors
 * @param sensitivity by how much the divergence grew when these tensors alone had about four bits and a half, or the bits of the
 *     budget; NaN where nothing was measured
 * @param predictedShare of the whole divergence that is foretold, 0 to 1
 */
public record TypeShare(
        String role,
        int firstBlock,
        int lastBlock,
        Map<TensorType, Integer> types,
        long elements,
        long sizeBytes,
        double sensitivity,
        double predictedShare) {
    /** Copies the map. */
    public TypeShare {
        Map<TensorType, Integer> copy = new EnumMap<>(TensorType.class);
        copy.putAll(types);
        types = Collections.unmodifiableMap(copy);
    }
}
