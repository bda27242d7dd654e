package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.RecipeException;
import java.nio.ByteBuffer;
import java.util.List;

/** Copies rows of tensors as they are. For one thread; what it returns is good until the next call. */
final class RowCopier implements TensorFill.RowMaker {
    private final GgufFile model;
    private final List<TensorInfo> sources;
    private ByteBuffer stored = ByteBuffer.allocateDirect(0);

    /** @param sources of each tensor of the output */
    RowCopier(GgufFile model, List<TensorInfo> sources) {
        this.model = model;
        this.sources = sources;
    }

    @Override
    public ByteBuffer rows(int index, long firstRow, int rows) {
        TensorInfo source = sources.get(index);
        long rowBytes = source.type().rowBytes(source.shape().columns());
        int bytes = Math.toIntExact(rowBytes * rows);
        if (stored.capacity() < bytes) {
            stored = ByteBuffer.allocateDirect(bytes);
        }
        stored.clear().limit(bytes);
        try {
            model.read(source, firstRow * rowBytes, stored);
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), source.name(), e);
        }
        return stored.flip();
    }
}
