package io.shearling.recipes.prune;

import io.shearling.formats.model.LayerCounts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The units of each layer that stay.
 *
 * @param source the model as it was
 * @param neurons of the feed-forward part, ascending
 * @param headsKv heads of keys and values, ascending
 * @param hidden elements of the state between the layers, ascending
 */
record KeptUnits(SourceWidths source, List<int[]> neurons, List<int[]> headsKv, List<Integer> hidden) {
    /** Whether all units of a side stay in a layer. */
    boolean all(int layer, Side side) {
        int stay = switch (side) {
            case NEURONS -> neurons.get(layer).length;
            case HIDDEN -> hidden.size();
            default -> headsKv.get(layer).length;
        };
        return stay == source.units(layer, side);
    }

    LayerWidths widths() {
        int[] kv = lengths(headsKv);
        int[] heads = IntStream.range(0, kv.length)
                .map(layer -> kv[layer] * source.group(layer))
                .toArray();
        return new LayerWidths(LayerCounts.of(heads), LayerCounts.of(kv), LayerCounts.of(lengths(neurons)));
    }

    private static int[] lengths(List<int[]> units) {
        return units.stream().mapToInt(each -> each.length).toArray();
    }

    /** The elements of a side of a tensor that stay, ascending. */
    int[] elements(int layer, Side side) {
        return switch (side) {
            case NEURONS -> neurons.get(layer);
            case HIDDEN -> hidden.stream().mapToInt(Integer::intValue).toArray();
            default -> {
                int width = source.unit(layer, side);
                yield Arrays.stream(headsKv.get(layer))
                        .flatMap(head -> IntStream.range(head * width, (head + 1) * width))
                        .toArray();
            }
        };
    }

    /** All of them, so that other units have another text. */
    String settings() {
        return text(neurons) + text(headsKv) + hidden;
    }

    private static String text(List<int[]> units) {
        return units.stream().map(Arrays::toString).toList().toString();
    }
}
