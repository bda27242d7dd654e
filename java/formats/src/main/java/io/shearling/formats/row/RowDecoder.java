package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A service that reads rows of tensor types as floats.
 *
 * <p>Implementations are found with {@link java.util.ServiceLoader}; the plain Java one comes first for the types that
 * it serves, and for q2_K to q6_K there is one in plain Java behind all others. Thread-safe.
 */
public interface RowDecoder {

    /** A short name for messages, for example {@code java}. */
    String name();

    /** Whether this decoder can read the type. */
    boolean supports(TensorType type);

    /**
     * Decodes consecutive elements.
     *
     * @param type the type to read, one that {@link #supports} accepts
     * @param source gives {@code type.rowBytes(elements)} bytes from its position, which moves past them
     * @param target receives the elements
     * @param offset index of the first element in {@code target}
     * @param elements how many, a multiple of the type's block size; several rows may be read at once
     * @throws IllegalArgumentException when the type is not served or the elements are no whole number of blocks
     * @throws IndexOutOfBoundsException when {@code source} or {@code target} is too small
     */
    void decode(TensorType type, ByteBuffer source, float[] target, int offset, int elements);

    /** The decoder for a type, if this program has one. */
    static Optional<RowDecoder> find(TensorType type) {
        return RowServices.decoder(type);
    }

    /**
     * The decoder for a type.
     *
     * @throws UnsupportedOperationException when this program has none
     */
    static RowDecoder forType(TensorType type) {
        return find(type).orElseThrow(() -> RowServices.missing("decoder", type));
    }
}
