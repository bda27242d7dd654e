package io.shearling.recipes;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import java.nio.ByteBuffer;

/** Reads rows of a model's tensors as they are stored. For one thread; what it returns is good until the next call. */
public final class StoredRows {
    private final GgufFile model;
    private ByteBuffer stored;

    /**
     * With room of its own.
     *
     * @param model stays open while this is used
     */
    public StoredRows(GgufFile model) {
        this(model, ByteBuffer.allocateDirect(0));
    }

    /** With this buffer for what fits in it. */
    public StoredRows(GgufFile model, ByteBuffer buffer) {
        this.model = model;
        stored = buffer;
    }

    /**
     * Some rows of a tensor.
     *
     * @throws RecipeException when they cannot be read any more
     */
    public ByteBuffer rows(TensorInfo tensor, long firstRow, int rows) {
        long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
        ByteBuffer data = room(Math.toIntExact(rowBytes * rows));
        try {
            model.read(tensor, firstRow * rowBytes, data);
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), tensor.name(), e);
        }
        return data.flip();
    }

    /** An empty buffer for so many bytes, the one that the rows go through. */
    public ByteBuffer room(int bytes) {
        if (stored.capacity() < bytes) {
            stored = ByteBuffer.allocateDirect(bytes);
        }
        return stored.clear().limit(bytes);
    }
}
