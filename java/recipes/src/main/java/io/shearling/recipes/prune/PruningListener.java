package io.shearling.recipes.prune;

import io.shearling.formats.gguf.TensorFill;

/** Is told how far a pruning has come; called on the thread that runs it. May throw, which ends it, and interrupt the thread. */
@FunctionalInterface
public interface PruningListener extends TensorFill.Listener {
    /** So many chunks of text are read, of all; where it needs a text. */
    default void read(int chunks, int all) {}
}
