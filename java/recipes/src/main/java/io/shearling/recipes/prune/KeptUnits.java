package io.shearling.recipes.prune;

import io.shearling.formats.model.LayerCounts;
import io.shearling.formats.model.ModelShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The units of each layer that stay.
 *
 * @param shape of the model as it was
 * @param neurons of the feed-forward part, ascending
 * @param headsKv heads of keys and values, ascending
 * @param hidden elements of the state between the layers, ascending
 */
record KeptUnits(ModelShape shape, List<int[]> neurons, List<int[]> headsKv, List<Integer> hidden) {
    /** The query heads that belong to a key/value head; 0 where a layer has no attention. */
    static int group(ModelShape shape, int layer) {
        int headsKv = shape.headCountKv().layer(layer);
        return headsKv == 0 ? 0 : shape.headCount().layer(layer) / headsKv;
    }

    /** Whether nothing goes. */
    boolean all() {
        return all(0, Side.HIDDEN)
                && IntStream.range(0, shape.blockCount())
                        .allMatch(layer -> all(layer, Side.NEURONS) && all(layer, Side.RESULTS));
    }

    /** Whether all units of a side stay in a layer. */
    boolean all(int layer, Side side) {
        return switch (side) {
            case NEURONS ->
                neurons.get(layer).length == shape.feedForwardLength().layer(layer);
            case HIDDEN -> hidden.size() == shape.embeddingLength();
            default -> headsKv.get(layer).length == shape.headCountKv().layer(layer);
        };
    }

    LayerWidths widths() {
        int[] kv = lengths(headsKv);
        int[] heads = IntStream.range(0, kv.length)
                .map(layer -> kv[layer] * group(shape, layer))
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
            case QUERIES -> heads(layer, group(shape, layer) * shape.keyLength());
            case KEYS -> heads(layer, shape.keyLength());
            case VALUES -> heads(layer, shape.valueLength());
            case RESULTS -> heads(layer, group(shape, layer) * shape.valueLength());
        };
    }

    private int[] heads(int layer, int width) {
        return Arrays.stream(headsKv.get(layer))
                .flatMap(head -> IntStream.range(head * width, (head + 1) * width))
                .toArray();
    }
}
