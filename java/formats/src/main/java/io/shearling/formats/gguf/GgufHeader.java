package io.shearling.formats.gguf;

import java.util.List;

/**
 * Everything in a GGUF file but the tensor data.
 *
 * @param version 2 or 3
 * @param alignment what tensor offsets are multiples of, in bytes
 * @param metadata the keys and values
 * @param tensors the tensors in the order of the file
 * @param dataStart first byte of the data section, counted from the beginning of the file
 */
public record GgufHeader(int version, int alignment, GgufMetadata metadata, List<TensorInfo> tensors, long dataStart) {
    /** Copies the list. */
    public GgufHeader {
        tensors = List.copyOf(tensors);
    }
}
