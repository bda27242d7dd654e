package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.RowRounder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the rows of quantized tensors. For one thread; what it returns is good until the next call. */
final class RowQuantizer implements TensorFill.RowMaker {
    private final GgufFile model;
    private final List<QuantizedTensor> tensors;
    private final Optional<ColumnImportance> importance;
    private @Nullable Feedback feedback;
    private float[] values = {};
    private ByteBuffer stored = ByteBuffer.allocateDirect(0);
    private ByteBuffer encoded = ByteBuffer.allocateDirect(0);

    RowQuantizer(GgufFile model, List<QuantizedTensor> tensors, Optional<ColumnImportance> importance) {
        this.model = model;
        this.tensors = tensors;
        this.importance = importance;
    }

    /** Rounds with this feedback from now on, which all tensors that are asked for share. */
    RowQuantizer with(Feedback shared) {
        feedback = shared;
        return this;
    }

    @Override
    public ByteBuffer rows(int index, long firstRow, int rows) {
        QuantizedTensor tensor = tensors.get(index);
        try {
            return rows(tensor, firstRow, rows);
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), tensor.name(), e);
        }
    }

    private ByteBuffer rows(QuantizedTensor tensor, long firstRow, int rows) {
        TensorType from = tensor.source().type();
        int columns = Math.toIntExact(tensor.source().shape().columns());
        long rowBytes = from.rowBytes(columns);
        ByteBuffer data = read(tensor, firstRow * rowBytes, Math.toIntExact(rows * rowBytes));
        Optional<RowConverter> converter = RowConverter.find(from, tensor.type());
        // Of numbers that are no block's, one that is none would be stored as it is.
        if (feedback == null && converter.isPresent() && tensor.type().quantized()) {
            return convert(tensor, converter.get(), data, firstRow, rows);
        }
        Optional<RowDecoder> decoder = RowDecoder.find(from);
        if (decoder.isEmpty()) {
            return data; // whole numbers, which are only copied
        }
        int elements = Math.multiplyExact(rows, columns);
        if (values.length < elements) {
            values = new float[elements];
        }
        decoder.get().decode(from, data.duplicate().order(ByteOrder.LITTLE_ENDIAN), values, 0, elements);
        requireNumbers(tensor, firstRow, columns, elements);
        if (feedback != null) {
            return round(tensor, firstRow, rows, feedback);
        }
        return tensor.copied() ? data : encode(tensor, firstRow, rows);
    }

    private ByteBuffer read(QuantizedTensor tensor, long offset, int bytes) {
        if (stored.capacity() < bytes) {
            stored = ByteBuffer.allocateDirect(bytes);
        }
        stored.clear().limit(bytes);
        model.read(tensor.source(), offset, stored);
        return stored.flip();
    }

    private void requireNumbers(QuantizedTensor tensor, long firstRow, int columns, int elements) {
        float sum = 0;
        for (int i = 0; i < elements; i++) {
            sum += values[i] * 0f;
        }
        for (int i = 0; sum != 0 && i < elements; i++) {
            if (!Float.isFinite(values[i])) {
                throw new RecipeException(
                        Kind.VALUES,
                        model.path().toString(),
                        "the tensor " + tensor.name() + " has the value " + values[i] + " in row "
                                + (firstRow + i / columns) + ", column " + i % columns,
                        "get the model again, or convert it again");
            }
        }
    }

    /** Each expert has importance values of its own. */
    private ByteBuffer convert(
            QuantizedTensor tensor, RowConverter converter, ByteBuffer data, long firstRow, int rows) {
        int columns = Math.toIntExact(tensor.source().shape().columns());
        ByteBuffer out = encoded(tensor, rows);
        for (int done = 0; done < rows; ) {
            int count = rowsOfExpert(tensor, firstRow + done, rows - done);
            float @Nullable [] weights = importance(tensor, firstRow + done);
            try {
                converter.convert(tensor.source().type(), data, tensor.type(), out, count, columns, weights);
            } catch (IllegalArgumentException e) {
                throw unfit(tensor, firstRow + done, e);
            }
            done += count;
        }
        return out.flip();
    }

    private ByteBuffer encode(QuantizedTensor tensor, long firstRow, int rows) {
        int columns = Math.toIntExact(tensor.source().shape().columns());
        ByteBuffer out = encoded(tensor, rows);
        for (int done = 0; done < rows; ) {
            int count = rowsOfExpert(tensor, firstRow + done, rows - done);
            float @Nullable [] weights = importance(tensor, firstRow + done);
            try {
                RowEncoder.forType(tensor.type())
                        .encode(tensor.type(), values, done * columns, count, columns, weights, out);
            } catch (IllegalArgumentException e) {
                throw unfit(tensor, firstRow + done, e);
            }
            done += count;
        }
        return out.flip();
    }

    private ByteBuffer round(QuantizedTensor tensor, long firstRow, int rows, Feedback how) {
        int columns = Math.toIntExact(tensor.source().shape().columns());
        ByteBuffer out = encoded(tensor, rows);
        how.correct(values, rows, columns);
        try {
            RowRounder.round(tensor.type(), values, rows, columns, how.factor(), how.order(), out);
        } catch (ShearlingException e) {
            throw unfit(tensor, firstRow, e);
        }
        return out.flip();
    }

    private ByteBuffer encoded(QuantizedTensor tensor, int rows) {
        int bytes =
                Math.toIntExact(tensor.type().rowBytes(tensor.source().shape().columns()) * rows);
        if (encoded.capacity() < bytes) {
            encoded = ByteBuffer.allocateDirect(bytes);
        }
        return encoded.clear();
    }

    private static int rowsOfExpert(QuantizedTensor tensor, long row, int most) {
        long expertRows = tensor.source().shape().extent(1);
        return (int) Math.min(most, expertRows - row % expertRows);
    }

    private static RecipeException unfit(QuantizedTensor tensor, long row, RuntimeException cause) {
        return new RecipeException(
                Kind.VALUES,
                "the tensor " + tensor.name(),
                "of the rows from " + row + " on, " + cause.getMessage(),
                "get or convert the model again where that is no number, else choose another type with --tensor-type",
                cause);
    }

    private float @Nullable [] importance(QuantizedTensor tensor, long row) {
        int columns = Math.toIntExact(tensor.source().shape().columns());
        int expert = (int) (row / tensor.source().shape().extent(1));
        return importance
                .flatMap(all -> all.values(tensor.name()))
                .map(all -> Arrays.copyOfRange(all, expert * columns, (expert + 1) * columns))
                .orElse(null);
    }
}
