package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.safetensors.SafetensorsTensor;
import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * The elements of a tensor as they are in its file.
 *
 * @param file open as long as they are read
 * @param tensor one of the file's, of a type of whole bytes
 */
public record StoredElements(SafetensorsFile file, SafetensorsTensor tensor) implements ElementSource {
    @Override
    public SafetensorsType type() {
        return tensor.type();
    }

    @Override
    public long elements() {
        return tensor.elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        checkRange(first, target);
        file.read(tensor, first * elementBytes(), target);
    }
}
