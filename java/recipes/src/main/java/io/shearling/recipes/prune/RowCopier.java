package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.RecipeException;
import java.nio.ByteBuffer;
import java.util.List;

/** Copies rows of tensors as they are, or gives zeros. For one thread; what it returns is good until the next call. */
final class RowCopier implements TensorFill.RowMaker {
    private final GgufFile model;
    private final List<PrunedTensor> tensors;
    private ByteBuffer stored = ByteBuffer.allocateDirect(0);

    /** @param tensors of the output */
    RowCopier(GgufFile model, List<PrunedTensor> tensors) {
        this.model = model;
        this.tensors = tensors;
    }

    @Override
    public ByteBuffer rows(int index, long firstRow, int rows) {
        PrunedTensor tensor = tensors.get(index);
        long rowBytes = tensor.output().type().rowBytes(tensor.output().shape().columns());
        int bytes = Math.toIntExact(rowBytes * rows);
        if (stored.capacity() < bytes) {
            stored = ByteBuffer.allocateDirect(bytes);
        }
        stored.clear().limit(bytes);
        if (tensor.source().isEmpty()) {
            return stored.put(new byte[bytes]).flip();
        }
        TensorInfo source = tensor.source().get();
        try {
            model.read(source, firstRow * rowBytes, stored);
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), source.name(), e);
        }
        return stored.flip();
    }
}
