package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_type_info;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads every tensor type with ggml's row kernels; found by the formats module as a service. Thread-safe. */
public final class NativeRowDecoder implements RowDecoder {
    /** For ServiceLoader. */
    public NativeRowDecoder() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public boolean supports(TensorType type) {
        Backends.ready();
        try (shl_type_info info = new shl_type_info()) {
            return Core.shl_type_read(type.code(), info) == Core.SHL_OK && info.dequantizes();
        }
    }

    @Override
    public void decode(TensorType type, ByteBuffer source, float[] target, int offset, int elements) {
        long bytes = type.rowBytes(elements);
        Objects.checkFromIndexSize(offset, elements, target.length);
        if (bytes > source.remaining()) {
            throw new IndexOutOfBoundsException("The source has " + source.remaining() + " of " + bytes + " bytes.");
        }
        Backends.ready();
        byte[] encoded = new byte[(int) bytes];
        source.get(encoded);
        boolean inPlace = offset == 0 && target.length == elements;
        float[] decoded = inPlace ? target : new float[elements];
        try {
            Status.check(
                    Core.shl_rows_dequantize(
                            type.code(), encoded, encoded.length, decoded, decoded.length, 1, elements),
                    "cannot decode rows of " + type.ggmlName());
        } catch (ShearlingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!inPlace) {
            System.arraycopy(decoded, 0, target, offset, elements);
        }
    }
}
