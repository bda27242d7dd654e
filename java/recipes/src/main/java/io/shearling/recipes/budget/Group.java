package io.shearling.recipes.budget;

import java.util.List;

/**
 * Tensors that are measured together: those of one role in neighbouring blocks.
 *
 * @param role the tensors' name without block and suffix, as {@code attn_q}
 * @param firstBlock of the band; -1 outside of the blocks
 * @param lastBlock of the band; -1 outside of the blocks
 * @param tensors their names
 */
record Group(String role, int firstBlock, int lastBlock, List<String> tensors) {
    /** Copies the list. */
    Group {
        tensors = List.copyOf(tensors);
    }

    /** For people. */
    String label() {
        if (firstBlock < 0) {
            return role;
        }
        return role
                + (firstBlock == lastBlock
                        ? " of block " + firstBlock
                        : " of blocks " + firstBlock + " to " + lastBlock);
    }
}
