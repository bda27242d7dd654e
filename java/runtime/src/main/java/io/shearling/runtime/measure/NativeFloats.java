package io.shearling.runtime.measure;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/** Floats in native memory, which lives until {@link #close} and not until a garbage collection. For one thread at a time. */
public final class NativeFloats implements AutoCloseable {
    /** Columns of the largest square matrix that they can hold: 23,170. */
    public static final int MOST_COLUMNS = 23_170;

    private static final long MOST = Integer.MAX_VALUE / Float.BYTES;

    private final BytePointer bytes;
    private final long size;

    private NativeFloats(BytePointer bytes, long size) {
        this.bytes = bytes;
        this.size = size;
    }

    /**
     * So many floats; what they are is not said.
     *
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when they are more than a buffer can have, {@link
     *     ErrorCode#OUT_OF_MEMORY} when there is no memory for them
     */
    public static NativeFloats allocate(long size) {
        if (size > MOST) {
            throw new ShearlingException(ErrorCode.UNSUPPORTED, size + " floats are more than a buffer can have");
        }
        try {
            return new NativeFloats(new BytePointer(size * Float.BYTES), size);
        } catch (OutOfMemoryError e) {
            throw new ShearlingException(
                    ErrorCode.OUT_OF_MEMORY, "there is no memory for " + size * Float.BYTES + " bytes", e);
        }
    }

    /** All of them. Not to be touched after {@link #close}. */
    public FloatBuffer buffer() {
        ByteBuffer view = bytes.asByteBuffer();
        return view.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** Where they are, for the core. */
    public FloatPointer pointer() {
        return new FloatPointer(bytes).capacity(size);
    }

    /** Frees them. Idempotent. */
    @Override
    public void close() {
        bytes.deallocate();
    }
}
