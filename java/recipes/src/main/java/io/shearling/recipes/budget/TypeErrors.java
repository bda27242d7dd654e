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
    /**
     * What was found.
     *
     * @param energy as {@link ChosenTensor#energy} has it
     * @param shares of it that each type spoils, as {@link Candidate#error} has them
     */
    @SuppressWarnings("ArrayRecordComponent") // compared never
    record Found(double energy, double[] shares) {}

    /** Weights that are looked at: the error of a tensor is known to a percent or two by so many, the ratio of two types better. */
    private static final long SAMPLE = 1 << 18;

    private static final int ROWS_AT_ONCE = 8;

    private final GgufFile model;
    private final Optional<ColumnImportance> importance;

    TypeErrors(GgufFile model, Optional<ColumnImportance> importance) {
        this.model = model;
        this.importance = importance;
    }

    /** The error of each type; the tensor's own type has none. */
    Found of(TensorInfo tensor, List<TensorType> types) {
        double[] errors = new double[types.size()];
        int columns = Math.toIntExact(tensor.shape().columns());
        long rows = tensor.shape().rows();
        long expertRows = Math.max(1, tensor.shape().extent(1));
        int piece = (int) Math.min(ROWS_AT_ONCE, expertRows);
        long places = Math.max(1, rows / piece);
        long wanted = Math.min(places, Math.max(1, SAMPLE / ((long) piece * columns)));
        Optional<float[]> all = importance.flatMap(values -> values.values(tensor.name()));
        float[] values = new float[piece * columns];
        double whole = 0;
        for (long i = 0; i < wanted; i++) {
            long row = i * places / wanted * piece;
            // A piece that would reach into the next expert begins a little sooner.
            row = Math.min(row, row / expertRows * expertRows + expertRows - piece);
            read(tensor, row, piece, values);
            float @Nullable [] weights = all.isEmpty() ? null : ofExpert(all.get(), (int) (row / expertRows), columns);
            whole += sum(values, columns, weights);
            for (int t = 0; t < errors.length; t++) {
                errors[t] += types.get(t) == tensor.type() ? 0 : error(types.get(t), values, columns, weights);
            }
        }
        for (int t = 0; t < errors.length && whole > 0; t++) {
            errors[t] /= whole;
        }
        double share = (double) wanted * piece / rows;
        return new Found(whole / share, errors);
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
        for (int i = 0; i < values.length; i++) {
            decoded[i] -= values[i];
        }
        return sum(decoded, columns, weights);
    }

    /** Of the squares, each times the importance of its column. */
    private static double sum(float[] values, int columns, float @Nullable [] weights) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (weights == null ? 1 : weights[i % columns]) * (double) values[i] * values[i];
        }
        return sum;
    }
}
