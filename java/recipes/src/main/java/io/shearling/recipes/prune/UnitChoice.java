package io.shearling.recipes.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which units of the layers stay, by their scores. In each layer with units some do. No state. */
final class UnitChoice {
    /** Some units of a layer that stay or go together: those with the next lower scores. */
    private record Run(int layer, double score) {}

    private UnitChoice() {}

    /**
     * The units that stay, ascending, layer by layer.
     *
     * @param scores of the units of each layer
     * @param share that stays
     * @param multiple of units that stay in a layer; divides the units of each
     * @param layerwise the same share in each layer; else the scores decide, standardized in each layer
     */
    static List<int[]> kept(List<double[]> scores, double share, int multiple, boolean layerwise) {
        int[] runs = layerwise ? even(scores, share, multiple) : best(scores, share, multiple);
        List<int[]> kept = new ArrayList<>();
        for (int layer = 0; layer < runs.length; layer++) {
            kept.add(Arrays.stream(descending(scores.get(layer)), 0, runs[layer] * multiple)
                    .sorted()
                    .toArray());
        }
        return kept;
    }

    private static int[] even(List<double[]> scores, double share, int multiple) {
        return scores.stream()
                .mapToInt(each -> {
                    int all = each.length / multiple;
                    return Math.min(all, Math.max(1, (int) Math.round(share * all)));
                })
                .toArray();
    }

    private static int[] best(List<double[]> scores, double share, int multiple) {
        int[] runs = new int[scores.size()];
        List<Run> others = new ArrayList<>();
        long all = 0;
        long taken = 0;
        for (int layer = 0; layer < runs.length; layer++) {
            double[] standardized = standardized(scores.get(layer));
            int[] order = descending(standardized);
            int own = order.length / multiple;
            runs[layer] = Math.min(1, own);
            all += own;
            taken += runs[layer];
            for (int run = 1; run < own; run++) {
                double mean = IntStream.range(run * multiple, (run + 1) * multiple)
                        .mapToDouble(i -> standardized[order[i]])
                        .average()
                        .orElse(0);
                others.add(new Run(layer, mean));
            }
        }
        others.sort(Comparator.comparingDouble((Run run) -> -run.score()));
        long more = Math.max(0, Math.round(share * all) - taken);
        others.stream().limit(more).forEach(run -> runs[run.layer()]++);
        return runs;
    }

    private static int[] descending(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** With a mean of 0 and a variance of 1. */
    private static double[] standardized(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(0);
        double variance = Arrays.stream(scores)
                .map(score -> (score - mean) * (score - mean))
                .average()
                .orElse(0);
        double deviation = variance > 0 ? Math.sqrt(variance) : 1;
        return Arrays.stream(scores).map(score -> (score - mean) / deviation).toArray();
    }
}
