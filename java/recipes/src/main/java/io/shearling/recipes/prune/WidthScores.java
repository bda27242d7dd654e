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
    static WidthScores unknown(SourceWidths source) {
        IntFunction<double[]> falling = units ->
                IntStream.range(0, units).mapToDouble(unit -> 1 / (1.0 + unit)).toArray();
        ModelShape shape = source.shape();
        return new WidthScores(
                IntStream.of(shape.feedForwardLength().toArray())
                        .mapToObj(falling)
                        .toList(),
                IntStream.of(shape.headCountKv().toArray()).mapToObj(falling).toList(),
                List.of(falling.apply(shape.embeddingLength())));
    }

    /**
     * From what the matrices are multiplied with. Sides of which all units stay have zeros, as have layers that are not computed.
     *
     * @throws RecipeException when the statistics are of another model
     */
    static WidthScores of(GgufFile model, SourceWidths source, WidthOptions options, ImportanceFile statistics) {
        List<double[]> neurons = new ArrayList<>();
        List<double[]> heads = new ArrayList<>();
        for (int layer = 0; layer < source.shape().blockCount(); layer++) {
            neurons.add(
                    options.shares().feedForward() == 1
                            ? new double[source.units(layer, Side.NEURONS)]
                            : units(model, source, layer, Side.NEURONS, options.score(), statistics));
            heads.add(
                    options.shares().heads() == 1
                            ? new double[source.units(layer, Side.RESULTS)]
                            : units(model, source, layer, Side.RESULTS, options.score(), statistics));
        }
        double[] hidden = options.shares().hidden() == 1
                ? new double[source.shape().embeddingLength()]
                : hidden(model, source, statistics);
        return new WidthScores(neurons, heads, List.of(hidden));
    }

    /** Of the units that a matrix multiplies. */
    private static double[] units(
            GgufFile model, SourceWidths source, int layer, Side side, WidthScore score, ImportanceFile statistics) {
        int units = source.units(layer, side);
        if (units == 0 || !source.computed(layer)) {
            return new double[units];
        }
        String name = "blk." + layer + (side == Side.NEURONS ? ".ffn_down.weight" : ".attn_output.weight");
        TensorInfo matrix = matrix(model, name);
        double[] columns = ColumnScores.of(model, matrix, ColumnScores.statistics(model, statistics, matrix), score);
        return ColumnScores.grouped(columns, source.unit(layer, side));
    }

    /** Minitron (arXiv 2407.14679): how large each element is behind the norms, here by its root mean square, summed over all of them. */
    private static double[] hidden(GgufFile model, SourceWidths source, ImportanceFile statistics) {
        double[] scores = new double[source.shape().embeddingLength()];
        for (int layer = 0; layer < source.shape().blockCount(); layer++) {
            if (!source.computed(layer)) {
                continue;
            }
            String prefix = "blk." + layer + ".";
            if (source.group(layer) > 0) {
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
        float[] squares = ColumnScores.statistics(model, statistics, matrix(model, reader))
                .meanSquares();
        for (int i = 0; i < scores.length; i++) {
            scores[i] += Math.sqrt(squares[i]);
        }
    }

    private static TensorInfo matrix(GgufFile model, String name) {
        return model.tensor(name)
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "it has no " + name,
                        "get the model again, or convert it again"));
    }
}
