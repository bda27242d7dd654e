package io.shearling.formats.gguf;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;

/** A tensor to be written, before its place is known. */
record PlannedTensor(String name, TensorType type, TensorShape shape, long sizeBytes) {

    static PlannedTensor of(String name, TensorType type, TensorShape shape) {
        byte[] encoded = Utf8.encode(name);
        if (encoded.length == 0 || encoded.length > GgufLimits.MAX_TENSOR_NAME_BYTES || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A tensor's name has 1 to " + GgufLimits.MAX_TENSOR_NAME_BYTES
                    + " bytes and no NUL, but \"" + name + "\" has " + encoded.length + ".");
        }
        return new PlannedTensor(name, type, shape, type.bytes(shape));
    }

    byte[] encodedName() {
        return Utf8.encode(name);
    }

    /** Bytes of the description in the header. */
    long headerBytes() {
        return Long.BYTES
                + encodedName().length
                + Integer.BYTES
                + (long) shape.rank() * Long.BYTES
                + Integer.BYTES
                + Long.BYTES;
    }
}
