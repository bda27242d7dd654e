package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.TensorFill;

/** Is told how far a quantization has come; called on the thread that runs it. May throw, which ends it, and interrupt the thread. */
@FunctionalInterface
public interface QuantizationListener extends TensorFill.Listener {
    /** So many chunks of text are read, of all in all passes; where rounding needs them. */
    default void read(int chunks, int all) {}
}
