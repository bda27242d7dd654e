package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service that stores rows of one type in another, without floats that a caller has to hold: what most of a conversion is. The one
 * in plain Java serves f32, f16 and bf16, one from another, and q8_0 from them.
 *
 * <p>Implementations are found with {@link java.util.ServiceLoader}. Those that this program has come before the one in plain Java,
 * which they outrun; all write the same bytes, those of a {@link RowEncoder} with the floats. Thread-safe.
 */
public interface RowConverter {

    /** A short name for messages, for example {@code java}. */
    String name();

    /** Whether this converter reads the one type and writes the other. */
    boolean supports(TensorType from, TensorType to);

    /**
     * Converts consecutive rows. After an exception the positions are as they were.
     *
     * @param from the type to read, one that {@link #supports} accepts with the other
     * @param source gives {@code rows * from.rowBytes(columns)} bytes from its position, which moves past them
     * @param to the type to write
     * @param target receives {@code rows * to.rowBytes(columns)} bytes from its position, which moves past them
     * @param rows how many rows
     * @param columns elements a row, a multiple of both types' block sizes
     * @param importance a weight for each column [columns], or null for none; ignored by types that make no use of it
     * @throws IllegalArgumentException when the types are not served, a number is negative, a row is no whole number of blocks, a
     *     value cannot be stored, or importance is missing or has another length
     * @throws IndexOutOfBoundsException when {@code source} or {@code target} is too small
     */
    void convert(
            TensorType from,
            ByteBuffer source,
            TensorType to,
            ByteBuffer target,
            int rows,
            int columns,
            float @Nullable [] importance);

    /** Converts consecutive rows whose columns matter alike, as the other method. */
    default void convert(TensorType from, ByteBuffer source, TensorType to, ByteBuffer target, int rows, int columns) {
        convert(from, source, to, target, rows, columns, null);
    }

    /** The converter between two types, if there is one. */
    static Optional<RowConverter> find(TensorType from, TensorType to) {
        return RowServices.converter(from, to);
    }
}
