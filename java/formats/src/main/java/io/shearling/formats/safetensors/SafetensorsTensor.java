package io.shearling.formats.safetensors;

import java.util.List;

/**
 * A tensor of a safetensors file.
 *
 * @param name its name in the checkpoint
 * @param type how its elements are stored, little-endian
 * @param shape its extents as the framework has them: the last dimension's elements lie next to each other; none for a single value
 * @param fileOffset where its data begins in the file
 * @param sizeBytes bytes of its data
 */
public record SafetensorsTensor(String name, SafetensorsType type, List<Long> shape, long fileOffset, long sizeBytes) {
    /** Copies the shape. */
    public SafetensorsTensor {
        shape = List.copyOf(shape);
    }

    /** How many elements it has; 1 for a single value. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
