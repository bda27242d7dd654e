package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.recipes.StoredRows;
import java.nio.ByteBuffer;
import java.util.List;

/** Copies rows of tensors as they are, or gives zeros. For one thread; what it returns is good until the next call. */
final class RowCopier implements TensorFill.RowMaker {
    private final List<PrunedTensor> tensors;
    private final StoredRows stored;

    /**
     * One with room of its own.
     *
     * @param tensors of the output
     */
    RowCopier(GgufFile model, List<PrunedTensor> tensors) {
        this(model, tensors, ByteBuffer.allocateDirect(0));
    }

    /** One that uses this buffer for what fits in it. */
    RowCopier(GgufFile model, List<PrunedTensor> tensors, ByteBuffer buffer) {
        stored = new StoredRows(model, buffer);
        this.tensors = tensors;
    }

    @Override
    public ByteBuffer rows(int index, long firstRow, int rows) {
        PrunedTensor tensor = tensors.get(index);
        if (tensor.source().isPresent()) {
            return stored.rows(tensor.source().get(), firstRow, rows);
        }
        long rowBytes = tensor.output().type().rowBytes(tensor.output().shape().columns());
        int bytes = Math.toIntExact(rowBytes * rows);
        return stored.room(bytes).put(new byte[bytes]).flip();
    }
}
