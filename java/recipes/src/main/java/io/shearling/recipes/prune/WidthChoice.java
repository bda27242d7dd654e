package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.math.BigInteger;
import java.util.Arrays;

/** Which units of a model stay, in numbers that quantize well. No state. */
final class WidthChoice {
    /** Elements of a block of the k-quants, and of the other types. */
    private static final int[] BLOCKS = {256, 32};

    private WidthChoice() {}

    /**
     * The units that stay.
     *
     * @throws RecipeException when so little is to go that nothing would, or a multiple does not fit
     */
    static KeptUnits of(GgufFile model, ModelShape shape, WidthOptions options, WidthScores scores) {
        WidthShares shares = options.shares();
        int neurons = multiple(
                model, "feed-forward parts", shape.feedForwardLength().toArray(), shares.feedForward(), options);
        int hidden = multiple(model, "states", new int[] {shape.embeddingLength()}, shares.hidden(), options);
        KeptUnits kept = new KeptUnits(
                shape,
                UnitChoice.kept(scores.neurons(), shares.feedForward(), neurons, options.layerwise()),
                UnitChoice.kept(scores.heads(), shares.heads(), headMultiple(shape), options.layerwise()),
                Arrays.stream(UnitChoice.kept(scores.hidden(), shares.hidden(), hidden, true)
                                .get(0))
                        .boxed()
                        .toList());
        if (kept.all()) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "so little is to go that nothing does in whole multiples (" + neurons + " of the neurons, "
                            + headMultiple(shape) + " of the key/value heads, " + hidden + " of the state's elements)",
                    "keep less, or smaller multiples");
        }
        return kept;
    }

    private static int multiple(GgufFile model, String what, int[] widths, double share, WidthOptions options) {
        int wanted = options.multiple();
        if (wanted == 0) {
            return Arrays.stream(BLOCKS)
                    .filter(block -> Arrays.stream(widths).allMatch(width -> width % block == 0))
                    .findFirst()
                    .orElse(1);
        }
        if (share == 1) {
            return 1;
        }
        int odd = Arrays.stream(widths)
                .filter(width -> width % wanted != 0)
                .findFirst()
                .orElse(0);
        if (odd != 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "the width of its " + what + ", " + odd + ", is no multiple of " + wanted,
                    "give a multiple that divides it");
        }
        return wanted;
    }

    /** Heads stay in numbers whose results fill blocks of the k-quants, where they did so before. */
    private static int headMultiple(ModelShape shape) {
        int multiple = 1;
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            int width = KeptUnits.group(shape, layer) * shape.valueLength();
            int headsKv = shape.headCountKv().layer(layer);
            if (headsKv > 0 && (long) width * headsKv % BLOCKS[0] == 0) {
                int own = BLOCKS[0]
                        / BigInteger.valueOf(width)
                                .gcd(BigInteger.valueOf(BLOCKS[0]))
                                .intValue();
                multiple = Math.max(multiple, own);
            }
        }
        int all = multiple;
        return Arrays.stream(shape.headCountKv().toArray()).allMatch(heads -> heads % all == 0) ? all : 1;
    }
}
