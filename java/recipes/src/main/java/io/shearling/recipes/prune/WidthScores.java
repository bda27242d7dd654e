package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.statistics.ImportanceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What the units of a model are worth, the more the higher.
 *
 * @param neurons of each layer
 * @param heads key/value heads of each layer
 * @param hidden elements of the state between the layers; one array, for all layers have the same
 */
record WidthScores(List<double[]> neurons, List<double[]> heads, List<double[]> hidden) {
    /** Where nothing is known: each unit is worth a little less than the one before it, in all layers alike. */
    static WidthScores unknown(ModelShape shape) {
        IntFunction<double[]> falling =
                units -> IntStream.range(0, units).mapToDouble(unit -> -unit).toArray();
        return new WidthScores(
                IntStream.of(shape.feedForwardLength().toArray())
                        .mapToObj(falling)
                        .toList(),
                IntStream.of(shape.headCountKv().toArray()).mapToObj(falling).toList(),
                List.of(falling.apply(shape.embeddingLength())));
    }

    /**
     * From what the matrices are multiplied with. Sides of which all units stay have zeros.
     *
     * @throws RecipeException when the statistics are of another model
     */
    static WidthScores of(GgufFile model, ModelShape shape, WidthOptions options, ImportanceFile statistics) {
        List<double[]> neurons = new ArrayList<>();
        List<double[]> heads = new ArrayList<>();
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            int neuronCount = shape.feedForwardLength().layer(layer);
            int headCount = shape.headCountKv().layer(layer);
            int width = KeptUnits.group(shape, layer) * shape.valueLength();
            neurons.add(
                    options.shares().feedForward() == 1 || neuronCount == 0
                            ? new double[neuronCount]
                            : columns(model, "blk." + layer + ".ffn_down.weight", neuronCount, options, statistics));
            heads.add(
                    options.shares().heads() == 1 || headCount == 0
                            ? new double[headCount]
                            : ColumnScores.grouped(
                                    columns(
                                            model,
                                            "blk." + layer + ".attn_output.weight",
                                            headCount * width,
                                            options,
                                            statistics),
                                    width));
        }
        double[] hidden =
                options.shares().hidden() == 1 ? new double[shape.embeddingLength()] : hidden(model, shape, statistics);
        return new WidthScores(neurons, heads, List.of(hidden));
    }

    private static double[] columns(
            GgufFile model, String name, int columns, WidthOptions options, ImportanceFile statistics) {
        TensorInfo matrix = matrix(model, name, columns);
        return ColumnScores.of(model, matrix, ColumnScores.statistics(statistics, matrix), options.score());
    }

    /** Minitron (arXiv 2407.14679): how large each element is behind the norms, here by its root mean square, summed over all of them. */
    private static double[] hidden(GgufFile model, ModelShape shape, ImportanceFile statistics) {
        double[] scores = new double[shape.embeddingLength()];
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            String prefix = "blk." + layer + ".";
            if (shape.headCountKv().layer(layer) > 0) {
                String together = prefix + "attn_qkv.weight";
                add(
                        model,
                        model.tensor(together).isPresent() ? together : prefix + "attn_q.weight",
                        statistics,
                        scores);
            }
            add(model, prefix + "ffn_up.weight", statistics, scores);
        }
        return scores;
    }

    private static void add(GgufFile model, String reader, ImportanceFile statistics, double[] scores) {
        float[] squares = ColumnScores.statistics(statistics, matrix(model, reader, scores.length))
                .meanSquares();
        for (int i = 0; i < scores.length; i++) {
            scores[i] += Math.sqrt(squares[i]);
        }
    }

    private static TensorInfo matrix(GgufFile model, String name, int columns) {
        return model.tensor(name)
                .filter(found -> found.shape().columns() == columns)
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "it has no " + name + " of " + columns + " columns",
                        "get the model again, or convert it again"));
    }
}
