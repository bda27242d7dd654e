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
 */
record KeptUnits(ModelShape shape, List<int[]> neurons, List<int[]> headsKv) {
    /** The query heads that belong to a key/value head; 0 where a layer has no attention. */
    static int group(ModelShape shape, int layer) {
        int headsKv = shape.headCountKv().layer(layer);
        return headsKv == 0 ? 0 : shape.headCount().layer(layer) / headsKv;
    }

    boolean all(int layer, Side side) {
        return side == Side.NEURONS
                ? neurons.get(layer).length == shape.feedForwardLength().layer(layer)
                : headsKv.get(layer).length == shape.headCountKv().layer(layer);
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
        if (side == Side.NEURONS) {
            return neurons.get(layer);
        }
        int width = switch (side) {
            case QUERIES -> group(shape, layer) * shape.keyLength();
            case KEYS -> shape.keyLength();
            case VALUES -> shape.valueLength();
            default -> group(shape, layer) * shape.valueLength();
        };
        return Arrays.stream(headsKv.get(layer))
                .flatMap(head -> IntStream.range(head * width, (head + 1) * width))
                .toArray();
    }

    /** What rows or columns of a tensor are. */
    enum Side {
        /** Of the feed-forward part. */
        NEURONS,
        /** Elements of the heads' queries. */
        QUERIES,
        /** Elements of the heads' keys. */
        KEYS,
        /** Elements of the heads' values. */
        VALUES,
        /** What the heads give: as many values as there are query heads. */
        RESULTS
    }
}
