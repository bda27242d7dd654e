package io.shearling.recipes.prune;

import io.shearling.recipes.prune.KeptUnits.Side;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a tensor depends on the width of its layer.
 *
 * @param side what its rows, its columns or, of a bias, its elements are
 * @param columns whether they are its columns: its product with them is the layer's answer
 * @param bias whether it is a vector
 */
record CutTensor(int layer, Side side, boolean columns, boolean bias) {
    private static final Pattern NAME = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");

    private static final Map<String, Side> SIDES = Map.of(
            "ffn_gate", Side.NEURONS,
            "ffn_up", Side.NEURONS,
            "ffn_down", Side.NEURONS,
            "attn_q", Side.QUERIES,
            "attn_k", Side.KEYS,
            "attn_v", Side.VALUES,
            "attn_output", Side.RESULTS);

    /** Of a tensor; empty where no width matters. */
    static Optional<CutTensor> of(String tensor) {
        Matcher name = NAME.matcher(tensor);
        if (!name.matches() || !SIDES.containsKey(name.group(2))) {
            return Optional.empty();
        }
        boolean columns = name.group(2).equals("ffn_down") || name.group(2).equals("attn_output");
        return Optional.of(new CutTensor(
                Integer.parseInt(name.group(1)),
                SIDES.get(name.group(2)),
                columns,
                name.group(3).equals("bias")));
    }

    /** Whether it gets what was removed as a mean. */
    boolean compensates() {
        return columns && bias;
    }
}
