package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads tensors as floats. No state. */
final class FloatTensor {
    private FloatTensor() {}

    /**
     * Some rows, row after row, a fresh array.
     *
     * @throws RecipeException when a value is no number, or the file is gone
     */
    static float[] rows(GgufFile model, TensorInfo tensor, long firstRow, int rows) {
        int columns = Math.toIntExact(tensor.shape().columns());
        long rowBytes = tensor.type().rowBytes(columns);
        ByteBuffer stored =
                ByteBuffer.allocateDirect(Math.toIntExact(rowBytes * rows)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            model.read(tensor, firstRow * rowBytes, stored);
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), tensor.name(), e);
        }
        float[] values = new float[Math.multiplyExact(rows, columns)];
        RowDecoder.forType(tensor.type()).decode(tensor.type(), stored.flip(), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new RecipeException(
                        Kind.VALUES,
                        model.path().toString(),
                        "the tensor " + tensor.name() + " has the value " + values[i] + " in row "
                                + (firstRow + i / columns) + ", column " + i % columns,
                        "get the model again, or convert it again");
            }
        }
        return values;
    }
}
