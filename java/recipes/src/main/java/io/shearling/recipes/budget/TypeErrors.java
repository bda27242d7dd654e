package io.shearling.recipes.budget;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.quantize.ColumnImportance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What types do to the weights of a tensor: rows from all over it are quantized and read again. For one thread; holds some rows at a
 * time, whatever the size of the tensor.
 */
final class TypeErrors {
    /** Weights that are looked at: the error of a tensor is known to a percent or two by so many, the ratio of two types better. */
    private static final long SAMPLE = 1 << 18;

    private static final int ROWS_AT_ONCE = 8;

    private final GgufFile model;
    private final Optional<ColumnImportance> importance;

    TypeErrors(GgufFile model, Optional<ColumnImportance> importance) {
        this.model = model;
        this.importance = importance;
    }

    /** The error of each type, as {@link Candidate#error} has it; the tensor's own type has none. */
    double[] of(TensorInfo tensor, List<TensorType> types) {
        double[] errors = new double[types.size()];
        int columns = Math.toIntExact(tensor.shape().columns());
        long rows = tensor.shape().rows();
        long expertRows = Math.max(1, tensor.shape().extent(1));
        int piece = (int) Math.min(ROWS_AT_ONCE, expertRows);
        long places = Math.max(1, rows / piece);
        long wanted = Math.min(places, Math.max(1, SAMPLE / ((long) piece * columns)));
        Optional<float[]> all = importance.flatMap(values -> values.values(tensor.name()));
        float[] values = new float[piece * columns];
        for (long i = 0; i < wanted; i++) {
            long row = i * places / wanted * piece;
            // A piece that would reach into the next expert begins a little sooner.
            row = Math.min(row, row / expertRows * expertRows + expertRows - piece);
            read(tensor, row, piece, values);
            float @Nullable [] weights = all.isEmpty() ? null : ofExpert(all.get(), (int) (row / expertRows), columns);
            for (int t = 0; t < errors.length; t++) {
                errors[t] += types.get(t) == tensor.type() ? 0 : error(types.get(t), values, columns, weights);
            }
        }
        double share = (double) wanted * piece / rows;
        for (int t = 0; t < errors.length; t++) {
            errors[t] /= share;
        }
        return errors;
    }

    private static float[] ofExpert(float[] all, int expert, int columns) {
        return Arrays.copyOfRange(all, expert * columns, (expert + 1) * columns);
    }

    private void read(TensorInfo tensor, long row, int rows, float[] values) {
        long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
        ByteBuffer stored =
                ByteBuffer.allocateDirect(Math.toIntExact(rows * rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
        model.read(tensor, row * rowBytes, stored);
        RowDecoder.forType(tensor.type()).decode(tensor.type(), stored.flip(), values, 0, values.length);
    }

    private static double error(TensorType type, float[] values, int columns, float @Nullable [] weights) {
        int rows = values.length / columns;
        ByteBuffer encoded = ByteBuffer.allocateDirect(Math.toIntExact(type.rowBytes(columns) * rows))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] decoded = new float[values.length];
        try {
            RowEncoder.forType(type).encode(type, values, 0, rows, columns, weights, encoded);
        } catch (IllegalArgumentException e) {
            return Double.POSITIVE_INFINITY;
        }
        RowDecoder.forType(type).decode(type, encoded.flip(), decoded, 0, decoded.length);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = (double) values[i] - decoded[i];
            sum += (weights == null ? 1 : weights[i % columns]) * difference * difference;
        }
        return sum;
    }
}
