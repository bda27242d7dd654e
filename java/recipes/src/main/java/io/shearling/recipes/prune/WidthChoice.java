package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which units of a model stay, in numbers that quantize well. For one model. */
final class WidthChoice {
    /** Elements of a block of the k-quants, and of the other types. */
    private static final int[] BLOCKS = {256, 32};

    private final GgufFile model;
    private final SourceWidths source;
    private final ModelShape shape;
    private final WidthOptions options;

    WidthChoice(GgufFile model, SourceWidths source, WidthOptions options) {
        this.model = model;
        this.source = source;
        this.shape = source.shape();
        this.options = options;
    }

    /**
     * The units that stay.
     *
     * @throws RecipeException when of what is asked for nothing would go, or a multiple does not fit
     */
    KeptUnits kept(WidthScores scores) {
        WidthShares shares = options.shares();
        int[] neurons = neuronMultiples();
        int[] heads = headMultiples();
        int hidden = multiple("state", shape.embeddingLength(), shares.hidden());
        List<int[]> elements = UnitChoice.kept(scores.hidden(), shares.hidden(), new int[] {hidden}, true);
        KeptUnits kept = new KeptUnits(
                source,
                UnitChoice.kept(scores.neurons(), shares.feedForward(), neurons, options.layerwise()),
                UnitChoice.kept(scores.heads(), shares.heads(), heads, options.layerwise()),
                Arrays.stream(elements.get(0)).boxed().toList());
        requireLess("neurons", shares.feedForward(), neurons, layer -> kept.all(layer, Side.NEURONS));
        requireLess("key/value heads", shares.heads(), heads, layer -> kept.all(layer, Side.KEYS));
        requireLess("elements of the state", shares.hidden(), new int[] {hidden}, layer -> kept.all(0, Side.HIDDEN));
        return kept;
    }

    private void requireLess(String units, double share, int[] multiples, IntPredicate all) {
        if (share < 1 && IntStream.range(0, multiples.length).allMatch(all)) {
            int least = Arrays.stream(multiples).min().orElse(1);
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "a share of " + share + " of the " + units
                            + " is all of them, for in a layer they stay in multiples of " + least,
                    "keep less, leave these out, or set a smaller multiple");
        }
    }

    /** A layer whose number is no multiple, as one without a feed-forward part but for zeros, stays as it is. */
    private int[] neuronMultiples() {
        int multiple = multiple(
                "feed-forward part",
                shape.feedForwardLength().max(),
                options.shares().feedForward());
        return IntStream.of(shape.feedForwardLength().toArray())
                .map(neurons -> neurons % multiple == 0 ? multiple : Math.max(1, neurons))
                .toArray();
    }

    private int multiple(String what, int width, double share) {
        int wanted = options.multiple();
        if (wanted == 0) {
            return Arrays.stream(BLOCKS)
                    .filter(block -> width % block == 0)
                    .findFirst()
                    .orElse(1);
        }
        if (share < 1 && width % wanted != 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "the width of its " + what + ", " + width + ", is no multiple of " + wanted,
                    "set a multiple that divides it");
        }
        return share < 1 ? wanted : 1;
    }

    /** Heads stay in numbers whose results fill blocks of the k-quants, or the multiple that is set, where they did so before. */
    private int[] headMultiples() {
        int block = options.multiple() > 0 ? options.multiple() : BLOCKS[0];
        return IntStream.range(0, shape.blockCount())
                .map(layer -> {
                    int headsKv = shape.headCountKv().layer(layer);
                    if (headsKv == 0 || !source.computed(layer)) {
                        return Math.max(1, headsKv);
                    }
                    int width = source.unit(layer, Side.RESULTS);
                    int own = block
                            / BigInteger.valueOf(width)
                                    .gcd(BigInteger.valueOf(block))
                                    .intValue();
                    return headsKv % own == 0 ? own : 1;
                })
                .toArray();
    }
}
