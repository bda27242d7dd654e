package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * Elements in row-major order, the last dimension's next to each other. They keep the type of the checkpoint as long as nothing
 * is computed with them, so that what is only moved stays bit for bit what it was. Thread-safe.
 */
public interface ElementSource {
    /** How an element is stored, little-endian; of whole bytes. */
    SafetensorsType type();

    /** How many elements there are. */
    long elements();

    /**
     * Fills what remains of a buffer.
     *
     * @param first index of the first element
     * @param target takes whole elements
     * @throws IndexOutOfBoundsException when there are not so many
     */
    void read(long first, ByteBuffer target);

    /**
     * The type of the output where the elements are no numbers but the bytes of rows that are encoded in it already. Such rows may be
     * moved, sliced and joined, and nothing can be computed with them.
     */
    default Optional<TensorType> blocks() {
        return Optional.empty();
    }

    /** Reads elements as floats, rounded where a float cannot hold them. */
    default float[] floats(long first, int count) {
        ByteBuffer stored = ByteBuffer.allocate(Math.multiplyExact(count, elementBytes()));
        read(first, stored);
        float[] values = new float[count];
        ElementDecoder.decode(type(), stored.flip(), values, 0, count);
        return values;
    }

    /** Bytes of an element. */
    default int elementBytes() {
        return type().bits() / Byte.SIZE;
    }

    /** All elements as floats; for small sources, since all of it is held. */
    default float[] floats() {
        return floats(0, Math.toIntExact(elements()));
    }

    /** Checks a range to be read; how many elements it has. */
    default long checkRange(long first, ByteBuffer target) {
        int bytes = target.remaining();
        if (bytes % elementBytes() != 0) {
            throw new IllegalArgumentException(bytes + " bytes are no whole number of elements of " + type() + ".");
        }
        long count = bytes / elementBytes();
        Objects.checkFromIndexSize(first, count, elements());
        return count;
    }
}
