package io.shearling.recipes.prune;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a tensor depends on the widths of a model.
 *
 * @param layer from 0; 0 for those outside of the layers, whose sides are the same in all
 * @param rows what they are; empty for a vector, and where they depend on no width
 * @param columns what they are, or the elements of a vector; empty where they depend on none
 * @param vector whether it has one row
 */
record CutTensor(int layer, Optional<Side> rows, Optional<Side> columns, boolean vector) {
    /** A matrix that is multiplied with its columns, and what the two sides are. */
    private record Sides(Side rows, Side columns) {}

    private static final Pattern NAME = Pattern.compile("blk\\.(\\d{1,9})\\.(\\w+)\\.(weight|bias)");

    private static final Map<String, Sides> MATRICES = Map.of(
            "ffn_gate", new Sides(Side.NEURONS, Side.HIDDEN),
            "ffn_up", new Sides(Side.NEURONS, Side.HIDDEN),
            "ffn_down", new Sides(Side.HIDDEN, Side.NEURONS),
            "attn_q", new Sides(Side.QUERIES, Side.HIDDEN),
            "attn_k", new Sides(Side.KEYS, Side.HIDDEN),
            "attn_v", new Sides(Side.VALUES, Side.HIDDEN),
            "attn_output", new Sides(Side.HIDDEN, Side.RESULTS));

    /** Of a tensor; empty where no width matters. */
    static Optional<CutTensor> of(String tensor) {
        Matcher name = NAME.matcher(tensor);
        if (!name.matches()) {
            return switch (tensor) {
                case "token_embd.weight", "output.weight" ->
                    Optional.of(new CutTensor(0, Optional.empty(), Optional.of(Side.HIDDEN), false));
                case "output_norm.weight" -> Optional.of(vector(0, Side.HIDDEN));
                default -> Optional.empty();
            };
        }
        int layer = Integer.parseInt(name.group(1));
        boolean bias = name.group(3).equals("bias");
        Sides sides = MATRICES.get(name.group(2));
        if (sides != null) {
            return Optional.of(
                    bias
                            ? vector(layer, sides.rows())
                            : new CutTensor(layer, Optional.of(sides.rows()), Optional.of(sides.columns()), false));
        }
        return switch (name.group(2)) {
            case "attn_norm", "ffn_norm" -> Optional.of(vector(layer, Side.HIDDEN));
            // Heads of these cannot go.
            case "attn_qkv" ->
                bias
                        ? Optional.empty()
                        : Optional.of(new CutTensor(layer, Optional.empty(), Optional.of(Side.HIDDEN), false));
            default -> Optional.empty();
        };
    }

    private static CutTensor vector(int layer, Side side) {
        return new CutTensor(layer, Optional.empty(), Optional.of(side), true);
    }

    /** The units of a layer that a product with it sums up to an answer, which a bias can stand in for; empty where it has none. */
    Optional<Side> summed() {
        return columns.filter(side -> !vector && side != Side.HIDDEN);
    }
}
