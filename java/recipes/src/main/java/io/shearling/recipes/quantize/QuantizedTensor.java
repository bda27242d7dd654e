package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;

/**
 * A tensor of a model that is quantized, and what becomes of it.
 *
 * @param source where it is in the model
 * @param type what it becomes
 * @param wanted what the preset or the caller has for it; another type where the tensor's rows are no whole number of its blocks
 * @param importance whether there are importance values for it
 */
public record QuantizedTensor(TensorInfo source, TensorType type, TensorType wanted, boolean importance) {
    /** Its name in both files. */
    public String name() {
        return source.name();
    }

    /** Whether its bytes stay what they are. */
    public boolean copied() {
        return source.type() == type;
    }

    /** Whether its rows fit no block of the wanted type. */
    public boolean fallback() {
        return type != wanted;
    }
}
