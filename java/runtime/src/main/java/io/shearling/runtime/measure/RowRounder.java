package io.shearling.runtime.measure;

import io.shearling.core.Core;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.bridge.Status;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Objects;

/**
 * Rounds rows into blocks of a tensor type with error feedback (GPTQ, arXiv 2210.17323, in the form of QuIP's LDLQ, arXiv 2307.13304).
 * No state; thread-safe.
 */
public final class RowRounder {
    /** Columns that are rounded one after the other. */
    public static final int RUN = 32;

    private RowRounder() {}

    /** Whether rows can be rounded so into a type. */
    public static boolean supports(TensorType type) {
        Backends.ready();
        return Core.shl_type_rounds(type.code());
    }

    /**
     * Rounds rows. The bytes do not depend on how rows are shared out among calls.
     *
     * @param values the weights, [rows, columns]
     * @param factor R, upper triangular, of the damped Gram matrix R Rᵀ of what the weights are multiplied with: [columns, columns],
     *     column after column, direct; what is below the diagonal is not read
     * @param order in which order runs of {@link #RUN} columns are rounded, [columns / RUN], direct; R's rows and columns are in this
     *     order
     * @param target direct; gets the blocks, and its position moves behind them
     * @return tr(E R Rᵀ Eᵀ), E being the weights less what the blocks hold
     * @throws ShearlingException when a value is not finite or does not fit the type
     */
    public static double round(
            TensorType type,
            float[] values,
            int rows,
            int columns,
            FloatBuffer factor,
            IntBuffer order,
            ByteBuffer target) {
        int elements = Math.multiplyExact(rows, columns);
        int bytes = Math.toIntExact(Math.multiplyExact(type.rowBytes(columns), rows));
        Objects.checkFromIndexSize(0, elements, values.length);
        Objects.checkFromIndexSize(0, (long) columns * columns, factor.remaining());
        Objects.checkFromIndexSize(0, bytes, target.remaining());
        Objects.checkFromIndexSize(0, columns / RUN, order.remaining());
        DoubleBuffer loss = DoubleBuffer.allocate(1);
        Status.check(
                Core.shl_rows_round(
                        type.code(),
                        FloatBuffer.wrap(values),
                        elements,
                        factor,
                        factor.remaining(),
                        order,
                        target,
                        bytes,
                        rows,
                        columns,
                        loss),
                "cannot round rows to " + type.ggmlName());
        target.position(target.position() + bytes);
        return loss.get(0);
    }
}
