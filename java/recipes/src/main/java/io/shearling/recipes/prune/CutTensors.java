package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
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

/** The tensors of a model that becomes narrower: some without rows or columns, some with a bias for what went. Immutable. */
final class CutTensors implements Remake {
    private static final int PIECE_ELEMENTS = 1 << 20;
    private static final String BIAS = "bias";
    private static final String WEIGHT = "weight";

    private final GgufFile model;
    private final KeptUnits kept;
    private final Optional<ImportanceFile> biases;

    /**
     * Plans them.
     *
     * @param biases what tells the means of what goes; empty where no bias stands in for it
     */
    CutTensors(GgufFile model, KeptUnits kept, Optional<ImportanceFile> biases) {
        this.model = model;
        this.kept = kept;
        this.biases = biases;
    }

    /**
     * Refuses a model that has a tensor which cannot be cut: columns of quantized ones hang together.
     *
     * @param cut whether units of a side go
     */
    static void requirePlain(GgufFile model, Predicate<Side> cut) {
        for (TensorInfo tensor : model.tensors()) {
            boolean changes = CutTensor.of(tensor.name())
                    .filter(how -> how.rows().filter(cut).isPresent()
                            || how.columns().filter(cut).isPresent())
                    .isPresent();
            if (changes && !isFloat(tensor.type())) {
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
            tensors.add(CutTensor.of(tensor.name())
                    .filter(how -> changes(tensor.name(), how))
                    .map(how -> new PrunedTensor(
                            new ModelOutput.Tensor(tensor.name(), tensor.type(), shape(tensor, how)),
                            Optional.of(tensor)))
                    .orElseGet(() -> PrunedTensor.copied(tensor, tensor.name())));
            String bias = sibling(tensor.name(), BIAS);
            if (tensor.name().endsWith(WEIGHT)
                    && compensates(bias)
                    && model.tensor(bias).isEmpty()) {
                tensors.add(PrunedTensor.zeros(new ModelOutput.Tensor(
                        bias,
                        TensorType.F32,
                        TensorShape.of(elements(CutTensor.of(bias).orElseThrow()).length))));
            }
        }
        return tensors;
    }

    private TensorShape shape(TensorInfo tensor, CutTensor how) {
        long columns = how.columns().isPresent()
                ? elements(how).length
                : tensor.shape().columns();
        if (how.vector()) {
            return TensorShape.of(columns);
        }
        long rows = how.rows()
                .map(side -> (long) kept.elements(how.layer(), side).length)
                .orElse(tensor.shape().rows());
        return TensorShape.of(columns, rows);
    }

    /** Its columns that stay. */
    private int[] elements(CutTensor how) {
        return kept.elements(how.layer(), how.columns().orElseThrow());
    }

    private boolean goes(int layer, Optional<Side> side) {
        return side.filter(each -> !kept.all(layer, each)).isPresent();
    }

    private boolean changes(String name, CutTensor how) {
        return goes(how.layer(), how.rows()) || goes(how.layer(), how.columns()) || compensates(name);
    }

    /** Whether a tensor is a bias that what goes becomes part of. */
    private boolean compensates(String name) {
        return biases.isPresent()
                && name.endsWith(BIAS)
                && CutTensor.of(sibling(name, WEIGHT))
                        .filter(weight -> goes(weight.layer(), weight.summed()))
                        .isPresent();
    }

    private static String sibling(String tensor, String kind) {
        return tensor.substring(0, tensor.lastIndexOf('.') + 1) + kind;
    }

    @Override
    public boolean has(PrunedTensor tensor) {
        String name = tensor.output().name();
        return CutTensor.of(name).filter(how -> changes(name, how)).isPresent();
    }

    @Override
    public NewValues values(int threads, PruningListener listener) {
        return (tensor, firstRow, rows, out) -> {
            CutTensor how = CutTensor.of(tensor.output().name()).orElseThrow();
            if (how.vector()) {
                pick(vector(tensor), elements(how), 0, out, 0);
            } else {
                matrix(tensor.source().orElseThrow(), how, Math.toIntExact(firstRow), rows, out);
            }
        };
    }

    private static void pick(float[] all, int[] elements, int from, float[] out, int to) {
        for (int i = 0; i < elements.length; i++) {
            out[to + i] = all[from + elements[i]];
        }
    }

    /** Rows of a matrix that stay, read in stretches with those between them. */
    private void matrix(TensorInfo source, CutTensor how, int first, int rows, float[] out) {
        int columns = Math.toIntExact(source.shape().columns());
        int[] stay = how.rows()
                .map(side -> Arrays.copyOfRange(kept.elements(how.layer(), side), first, first + rows))
                .orElseGet(() -> IntStream.range(first, first + rows).toArray());
        int[] elements = how.columns().isPresent()
                ? elements(how)
                : IntStream.range(0, columns).toArray();
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (int done = 0; done < rows; ) {
            int begin = stay[done];
            int end = done + 1;
            while (end < rows && stay[end] - begin < most) {
                end++;
            }
            float[] all = FloatTensor.rows(model, source, begin, stay[end - 1] - begin + 1);
            for (; done < end; done++) {
                pick(all, elements, (stay[done] - begin) * columns, out, done * elements.length);
            }
        }
    }

    /** A vector as wide as it was, with what the columns that went gave on the mean where it is a bias for them. */
    private float[] vector(PrunedTensor tensor) {
        String name = tensor.output().name();
        Optional<float[]> before = tensor.source().map(source -> FloatTensor.rows(model, source, 0, 1));
        if (!compensates(name)) {
            return before.orElseThrow();
        }
        TensorInfo weight = model.tensor(sibling(name, WEIGHT)).orElseThrow();
        float[] vector =
                before.orElseGet(() -> new float[Math.toIntExact(weight.shape().rows())]);
        float[] means = ColumnScores.statistics(model, biases.orElseThrow(), weight)
                .means()
                .orElseThrow();
        for (int element : elements(CutTensor.of(weight.name()).orElseThrow())) {
            means[element] = 0;
        }
        int columns = means.length;
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (int row = 0; row < vector.length; row += most) {
            int rows = Math.min(most, vector.length - row);
            float[] values = FloatTensor.rows(model, weight, row, rows);
            for (int i = 0; i < rows; i++) {
                double sum = vector[row + i];
                for (int column = 0; column < columns; column++) {
                    sum += (double) values[i * columns + column] * means[column];
                }
                vector[row + i] = (float) sum;
            }
        }
        return vector;
    }
}
