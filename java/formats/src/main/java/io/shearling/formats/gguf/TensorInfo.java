package io.shearling.formats.gguf;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;

/**
 * What a GGUF file says of one tensor, and where its data lies.
 *
 * @param name unique in the model, 1 to 63 bytes of UTF-8
 * @param type how the elements are stored
 * @param shape the extents, columns first
 * @param part index of the file that has the data: 0, or more in a split model
 * @param offset first byte, counted from the beginning of that part's data section, as the header has it
 * @param fileOffset first byte, counted from the beginning of that part
 * @param sizeBytes bytes of the data, padding not counted
 */
public record TensorInfo(
        String name, TensorType type, TensorShape shape, int part, long offset, long fileOffset, long sizeBytes) {

    /** The same tensor in another part of a split model. */
    TensorInfo inPart(int other) {
        return new TensorInfo(name, type, shape, other, offset, fileOffset, sizeBytes);
    }
}
