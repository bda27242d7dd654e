package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.statistics.ImportanceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The tensors of a model whose layers become narrower: some without rows or columns, some with a bias for what went. Immutable. */
final class CutTensors implements Remake {
    private static final int PIECE_ELEMENTS = 1 << 20;
    private static final String BIAS = "bias";
    private static final String WEIGHT = "weight";

    private final GgufFile model;
    private final KeptUnits kept;
    private final ImportanceFile statistics;
    private final boolean bias;

    CutTensors(GgufFile model, KeptUnits kept, ImportanceFile statistics, boolean bias) {
        this.model = model;
        this.kept = kept;
        this.statistics = statistics;
        this.bias = bias;
    }

    /**
     * Refuses a model that has a tensor which cannot be cut: columns of quantized ones hang together.
     *
     * @param cut whether layers lose units of a side
     */
    static void requirePlain(GgufFile model, Predicate<CutTensor> cut) {
        for (TensorInfo tensor : model.tensors()) {
            if (CutTensor.of(tensor.name()).filter(cut).isPresent()
                    && (tensor.type().quantized() || !isFloat(tensor.type()))) {
                throw new RecipeException(
                        Kind.TYPE,
                        model.path().toString(),
                        "the tensor " + tensor.name() + " has the type "
                                + tensor.type().ggmlName() + ", and only plain floats are cut",
                        "cut the model in F16, BF16 or F32 and quantize what comes out");
            }
        }
    }

    private static boolean isFloat(TensorType type) {
        return type == TensorType.F32 || type == TensorType.F16 || type == TensorType.BF16;
    }

    /** All tensors of the output, in the order of the model; a new bias behind its weight. */
    List<PrunedTensor> tensors() {
        List<PrunedTensor> tensors = new ArrayList<>();
        for (TensorInfo tensor : model.tensors()) {
            Optional<CutTensor> cut = CutTensor.of(tensor.name()).filter(this::changes);
            tensors.add(cut.map(how -> cut(tensor, how)).orElseGet(() -> PrunedTensor.copied(tensor, tensor.name())));
            if (bias && cut.filter(how -> how.columns() && !how.bias()).isPresent()) {
                String name = sibling(tensor.name(), BIAS);
                if (model.tensor(name).isEmpty()) {
                    tensors.add(PrunedTensor.zeros(new ModelOutput.Tensor(
                            name, TensorType.F32, TensorShape.of(tensor.shape().rows()))));
                }
            }
        }
        return tensors;
    }

    private PrunedTensor cut(TensorInfo tensor, CutTensor how) {
        TensorShape shape = tensor.shape();
        if (!how.compensates()) {
            int count = kept.elements(how.layer(), how.side()).length;
            shape = how.bias() || how.columns()
                    ? (how.bias() ? TensorShape.of(count) : TensorShape.of(count, shape.rows()))
                    : TensorShape.of(shape.columns(), count);
        }
        return new PrunedTensor(new ModelOutput.Tensor(tensor.name(), tensor.type(), shape), Optional.of(tensor));
    }

    private boolean changes(CutTensor how) {
        return !kept.all(how.layer(), how.side()) && (bias || !how.compensates());
    }

    private static String sibling(String tensor, String kind) {
        return tensor.substring(0, tensor.lastIndexOf('.') + 1) + kind;
    }

    @Override
    public boolean has(PrunedTensor tensor) {
        return CutTensor.of(tensor.output().name()).filter(this::changes).isPresent();
    }

    @Override
    public NewValues values(int threads, PruningListener listener) {
        return (tensor, firstRow, rows, out) -> {
            CutTensor how = CutTensor.of(tensor.output().name()).orElseThrow();
            int[] elements = kept.elements(how.layer(), how.side());
            if (how.compensates()) {
                compensate(tensor, elements, out);
            } else if (how.bias()) {
                pick(
                        FloatTensor.rows(model, tensor.source().orElseThrow(), 0, 1),
                        elements,
                        0,
                        elements.length,
                        out,
                        0);
            } else if (how.columns()) {
                TensorInfo source = tensor.source().orElseThrow();
                float[] all = FloatTensor.rows(model, source, firstRow, rows);
                int columns = all.length / rows;
                for (int row = 0; row < rows; row++) {
                    pick(all, elements, row * columns, elements.length, out, row * elements.length);
                }
            } else {
                rows(tensor.source().orElseThrow(), elements, Math.toIntExact(firstRow), rows, out);
            }
        };
    }

    private static void pick(float[] all, int[] elements, int from, int count, float[] out, int to) {
        for (int i = 0; i < count; i++) {
            out[to + i] = all[from + elements[i]];
        }
    }

    /** Rows that stay, read in stretches with those between them. */
    private void rows(TensorInfo source, int[] elements, int first, int rows, float[] out) {
        int columns = Math.toIntExact(source.shape().columns());
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (int done = 0; done < rows; ) {
            int begin = elements[first + done];
            int count = 1;
            while (done + count < rows && elements[first + done + count] - begin < most) {
                count++;
            }
            int span = elements[first + done + count - 1] - begin + 1;
            float[] all = FloatTensor.rows(model, source, begin, span);
            for (int i = 0; i < count; i++) {
                System.arraycopy(
                        all, (elements[first + done + i] - begin) * columns, out, (done + i) * columns, columns);
            }
            done += count;
        }
    }

    /** The bias, and what the columns that went gave on the mean. */
    private void compensate(PrunedTensor tensor, int[] elements, float[] out) {
        TensorInfo weight =
                model.tensor(sibling(tensor.output().name(), WEIGHT)).orElseThrow();
        float[] means = ColumnScores.statistics(statistics, weight).means().orElseThrow();
        for (int element : elements) {
            means[element] = 0;
        }
        float[] before = tensor.source()
                .map(source -> FloatTensor.rows(model, source, 0, 1))
                .orElseGet(() -> new float[out.length]);
        int columns = means.length;
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (int row = 0; row < out.length; row += most) {
            int rows = Math.min(most, out.length - row);
            float[] values = FloatTensor.rows(model, weight, row, rows);
            for (int i = 0; i < rows; i++) {
                double sum = before[row + i];
                for (int column = 0; column < columns; column++) {
                    sum += (double) values[i * columns + column] * means[column];
                }
                out[row + i] = (float) sum;
            }
        }
    }

    /** For the state of an unfinished file: which units stay. */
    @Override
    public String toString() {
        ModelShape shape = kept.shape();
        return IntStream.range(0, shape.blockCount())
                .mapToObj(layer -> Arrays.hashCode(kept.neurons().get(layer)) + "/"
                        + Arrays.hashCode(kept.headsKv().get(layer)))
                .toList()
                .toString();
    }
}
