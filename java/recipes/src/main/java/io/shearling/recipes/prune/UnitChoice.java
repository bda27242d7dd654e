package io.shearling.recipes.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Which units of the layers stay, by their scores. In each layer with units some do. No state. */
final class UnitChoice {
    /** Where no layer has more, the mean and the variance of its scores say nothing. */
    private static final int FEW = 7;

    /** Some units of a layer that stay or go together: those with the next lower scores. */
    private record Run(int layer, double score) {}

    private UnitChoice() {}

    /**
     * The units that stay, ascending, layer by layer.
     *
     * @param scores of the units of each layer, at least 0
     * @param share that stays
     * @param multiples of units that stay in each layer; each divides the units of its layer
     * @param layerwise the same share in each layer; else the scores decide: standardized in each layer, or where there are few as
     *     multiples of their mean
     */
    static List<int[]> kept(List<double[]> scores, double share, int[] multiples, boolean layerwise) {
        int[] runs = layerwise ? even(scores, share, multiples) : best(scores, share, multiples);
        List<int[]> kept = new ArrayList<>();
        for (int layer = 0; layer < runs.length; layer++) {
            kept.add(Arrays.stream(descending(scores.get(layer)), 0, runs[layer] * multiples[layer])
                    .sorted()
                    .toArray());
        }
        return kept;
    }

    private static int[] even(List<double[]> scores, double share, int[] multiples) {
        return IntStream.range(0, multiples.length)
                .map(layer -> {
                    int all = scores.get(layer).length / multiples[layer];
                    return Math.min(all, Math.max(1, (int) Math.round(share * all)));
                })
                .toArray();
    }

    private static int[] best(List<double[]> scores, double share, int[] multiples) {
        boolean few = scores.stream().allMatch(each -> each.length <= FEW);
        UnaryOperator<double[]> comparable = few ? UnitChoice::relative : UnitChoice::standardized;
        int[] runs = new int[multiples.length];
        List<Run> others = new ArrayList<>();
        long units = 0;
        long taken = 0;
        for (int layer = 0; layer < runs.length; layer++) {
            int multiple = multiples[layer];
            double[] own = comparable.apply(scores.get(layer));
            int[] order = descending(own);
            int all = order.length / multiple;
            runs[layer] = Math.min(1, all);
            units += order.length;
            taken += (long) runs[layer] * multiple;
            for (int run = 1; run < all; run++) {
                double mean = IntStream.range(run * multiple, (run + 1) * multiple)
                        .mapToDouble(i -> own[order[i]])
                        .average()
                        .orElse(0);
                others.add(new Run(layer, mean));
            }
        }
        others.sort(Comparator.comparingDouble((Run run) -> -run.score()));
        for (Run run : others) {
            int more = multiples[run.layer()];
            if (taken + more / 2.0 <= share * units) {
                runs[run.layer()]++;
                taken += more;
            }
        }
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

    /** With a mean of 1. */
    private static double[] relative(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(0);
        return Arrays.stream(scores)
                .map(score -> mean == 0 ? score : score / mean)
                .toArray();
    }
}
