package io.shearling.recipes.statistics;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.Model;
import io.shearling.runtime.measure.NativeFloats;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.runtime.measure.WeightStatistics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Collects Gram matrices in as many passes over the text as a limit of memory asks for. No state.
 *
 * <p>Weights with the same activations share a matrix, which is handed over under the name of the first of them
 * ({@link Statistics#inputs}).
 */
public final class GramMatrices {
    /** A matrix is symmetric: half of it is summed. */
    private static final int BYTES_OF_AN_ELEMENT = 2;

    private GramMatrices() {}

    /**
     * Collects the matrices of some weights, in their order, and hands over each as soon as its pass is done.
     *
     * @param statistics of the same model: which weights share activations, and how wide they are
     * @param weights names of weights that are matrices; of those that share activations one is enough
     * @param memoryBytes what the sums of a pass may take at most, unless one matrix alone takes more; a matrix takes half of 4 bytes
     *     times its columns squared, and as much as the whole of it again while it is handed over
     * @throws RecipeException when a weight is unknown, its matrix has more than {@link NativeFloats#MOST_COLUMNS} columns, or as
     *     {@link Statistics#collect}
     */
    public static void collect(
            Model model,
            TextChunks chunks,
            Statistics statistics,
            List<String> weights,
            int threads,
            long memoryBytes,
            StatisticsListener listener,
            Consumer<GramMatrix> consumer) {
        List<List<String>> passes = passes(statistics, weights, BYTES_OF_AN_ELEMENT, memoryBytes);
        int all = passes.size() * chunks.count();
        int done = 0;
        for (List<String> pass : passes) {
            int before = done;
            Statistics.known(model.name(), () -> {
                pass(model, chunks, pass, threads, i -> listener.read(before + i, all), consumer);
                return pass;
            });
            done += chunks.count();
        }
    }

    /**
     * How the weights are shared out: a pass after the other, each within the limit or with one weight alone.
     *
     * @param bytesOfAnElement what a pass holds for each element of a matrix
     * @throws RecipeException as {@link #collect}
     */
    public static List<List<String>> passes(
            Statistics statistics, List<String> weights, int bytesOfAnElement, long memoryBytes) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String weight : weights) {
            String input = statistics.inputs().get(weight);
            if (input == null) {
                throw new RecipeException(
                        Kind.STATISTICS,
                        weight,
                        "the statistics have no such weight",
                        "name one of the model's matrices");
            }
            wanted.add(input);
        }
        List<List<String>> passes = new ArrayList<>();
        List<String> pass = new ArrayList<>();
        long taken = 0;
        for (String weight : wanted) {
            long columns = statistics.importance().find(weight).orElseThrow().size();
            if (columns > NativeFloats.MOST_COLUMNS) {
                throw new RecipeException(
                        Kind.MEMORY,
                        weight,
                        "a square of its " + columns + " columns fits no buffer, which holds one of "
                                + NativeFloats.MOST_COLUMNS,
                        "leave it out");
            }
            long bytes = bytesOfAnElement * columns * columns;
            if (!pass.isEmpty() && taken + bytes > memoryBytes) {
                passes.add(pass);
                pass = new ArrayList<>();
                taken = 0;
            }
            pass.add(weight);
            taken += bytes;
        }
        if (!pass.isEmpty()) {
            passes.add(pass);
        }
        return passes;
    }

    private static void pass(
            Model model,
            TextChunks chunks,
            List<String> weights,
            int threads,
            IntConsumer listener,
            Consumer<GramMatrix> consumer) {
        StatisticsSettings settings = new StatisticsSettings(chunks.size(), threads, false, weights);
        try (StatisticsCollector collector = new StatisticsCollector(model, settings)) {
            listener.accept(0);
            for (int i = 0; i < chunks.count(); i++) {
                collector.add(chunks.chunk(i));
                listener.accept(i + 1);
            }
            List<WeightStatistics> seen = collector.weights();
            for (int i = 0; i < seen.size(); i++) {
                WeightStatistics weight = seen.get(i);
                if (weights.contains(weight.name())) {
                    try (NativeFloats values = collector.gram(i)) {
                        long count = (long) weight.counts()[0];
                        consumer.accept(new GramMatrix(weight.name(), weight.columns(), count, values.buffer()));
                    }
                }
            }
        }
    }
}
