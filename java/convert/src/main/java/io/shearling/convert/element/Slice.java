package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * Elements that lie together in another source.
 *
 * @param from index of the first there
 * @param elements how many
 */
public record Slice(ElementSource source, long from, long elements) implements ElementSource {
    /** Checks the range. */
    public Slice {
        Objects.checkFromIndexSize(from, elements, source.elements());
    }

    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public Optional<TensorType> blocks() {
        return source.blocks();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        checkRange(first, target);
        source.read(from + first, target);
    }
}
