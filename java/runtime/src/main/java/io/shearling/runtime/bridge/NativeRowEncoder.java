package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_type_info;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes every tensor type with ggml's row kernels; found by the formats module as a service. Thread-safe. */
public final class NativeRowEncoder implements RowEncoder {
    /** For ServiceLoader. */
    public NativeRowEncoder() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public boolean supports(TensorType type) {
        Backends.ready();
        try (shl_type_info info = new shl_type_info()) {
            return Core.shl_type_read(type.code(), info) == Core.SHL_OK && info.quantizes();
        }
    }

    @Override
    public void encode(
            TensorType type,
            float[] values,
            int offset,
            int rows,
            int columns,
            float @Nullable [] importance,
            ByteBuffer target) {
        long bytes = Math.multiplyExact(type.rowBytes(columns), rows);
        // Native code reads as many as there are columns, and nobody tells it how many there are.
        if (importance != null && importance.length != columns) {
            throw new IllegalArgumentException(
                    "There are " + importance.length + " importance values for " + columns + " columns.");
        }
        int count = Math.multiplyExact(rows, columns);
        Objects.checkFromIndexSize(offset, count, values.length);
        if (bytes > target.remaining()) {
            throw new IndexOutOfBoundsException(
                    "The target has room for " + target.remaining() + " of " + bytes + " bytes.");
        }
        Backends.ready();
        float[] source = offset == 0 ? values : Arrays.copyOfRange(values, offset, offset + count);
        byte[] encoded = new byte[(int) bytes];
        try {
            Status.check(
                    Core.shl_rows_quantize(
                            type.code(), source, source.length, encoded, encoded.length, rows, columns, importance),
                    "cannot encode rows as " + type.ggmlName());
        } catch (ShearlingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        target.put(encoded);
    }
}
