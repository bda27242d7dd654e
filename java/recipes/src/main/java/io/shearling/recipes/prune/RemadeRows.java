package io.shearling.recipes.prune;

import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.row.RowEncoder;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes the rows of tensors that have new values, and copies those of the others. For one thread. */
final class RemadeRows implements TensorFill.RowMaker {
    private final TensorFill.RowMaker copier;
    private final List<PrunedTensor> tensors;
    private final Remake remake;
    private final NewValues values;

    /** @param tensors of the output */
    RemadeRows(TensorFill.RowMaker copier, List<PrunedTensor> tensors, Remake remake, NewValues values) {
        this.copier = copier;
        this.tensors = tensors;
        this.remake = remake;
        this.values = values;
    }

    @Override
    public ByteBuffer rows(int index, long firstRow, int rows) {
        PrunedTensor tensor = tensors.get(index);
        if (!remake.has(tensor)) {
            return copier.rows(index, firstRow, rows);
        }
        ModelOutput.Tensor output = tensor.output();
        int columns = Math.toIntExact(output.shape().columns());
        float[] made = new float[Math.multiplyExact(rows, columns)];
        values.rows(tensor, firstRow, rows, made);
        ByteBuffer encoded = ByteBuffer.allocateDirect(
                        Math.toIntExact(output.type().rowBytes(columns) * rows))
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            RowEncoder.forType(output.type()).encode(output.type(), made, 0, rows, columns, null, encoded);
        } catch (IllegalArgumentException e) {
            throw new RecipeException(
                    Kind.VALUES,
                    "the tensor " + output.name(),
                    "of its new rows from " + firstRow + " on, " + e.getMessage(),
                    "take the model in F32",
                    e);
        }
        return encoded.flip();
    }
}
