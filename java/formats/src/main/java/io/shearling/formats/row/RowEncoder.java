package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service that stores rows of floats in tensor types.
 *
 * <p>Implementations are found with {@link java.util.ServiceLoader}; the plain Java one comes first for the types that
 * it serves, so that those need no native code. For one type all implementations write the same bytes. Thread-safe.
 */
public interface RowEncoder {

    /** A short name for messages, for example {@code java}. */
    String name();

    /** Whether this encoder can write the type. */
    boolean supports(TensorType type);

    /**
     * Encodes consecutive rows.
     *
     * @param type the type to write, one that {@link #supports} accepts
     * @param values the elements, row after row; only read
     * @param offset index of the first element in {@code values}
     * @param rows how many rows to encode
     * @param columns elements a row, a multiple of the type's block size
     * @param importance a weight for each column [columns], or null for none; ignored by types that make no use of it
     * @param target receives {@code rows * type.rowBytes(columns)} bytes from its position, which moves past them
     * @throws IllegalArgumentException when the type is not served, a row is no whole number of blocks, a value cannot
     *     be stored, or importance is missing or has another length
     * @throws IndexOutOfBoundsException when {@code values} or {@code target} is too small
     */
    void encode(
            TensorType type,
            float[] values,
            int offset,
            int rows,
            int columns,
            float @Nullable [] importance,
            ByteBuffer target);

    /** The encoder for a type, if this program has one. */
    static Optional<RowEncoder> find(TensorType type) {
        return RowServices.encoder(type);
    }

    /**
     * The encoder for a type.
     *
     * @throws UnsupportedOperationException when this program has none
     */
    static RowEncoder forType(TensorType type) {
        return find(type).orElseThrow(() -> RowServices.missing("encoder", type));
    }
}
