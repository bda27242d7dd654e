package io.shearling.recipes.compress;

import io.shearling.recipes.compress.Svg.Anchor;
import io.shearling.recipes.prune.PackedLayer;
import io.shearling.recipes.prune.ResidualBlock;
import java.util.List;

/** The layers of the original as bars in SVG: how much each turns the hidden state, and which are gone, or lack a part. */
final class LayerPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 180;
    private static final int LEFT = 40;
    private static final int TOP = 10;
    private static final int BOTTOM = 24;
    private static final int MOST_LABELS = 16;
    private static final int GAP = 2;

    /** So that every layer is to be seen. */
    private static final double LEAST_SHARE = 0.01;

    private LayerPlot() {}

    /** @param influence of each layer, or empty: then all bars are alike */
    static String of(int blockCount, List<Double> influence, List<ResidualBlock> removed) {
        double most = Math.max(
                Double.MIN_NORMAL,
                influence.stream().mapToDouble(value -> value).max().orElse(1));
        double step = (double) (WIDTH - LEFT) / blockCount;
        int base = HEIGHT - BOTTOM;
        int every = (blockCount + MOST_LABELS - 1) / MOST_LABELS;
        Svg svg = new Svg(WIDTH, HEIGHT, "Layers of the original");
        if (!influence.isEmpty()) {
            svg.text("tick", LEFT - 6, TOP + 8, Anchor.END, Html.number(most, 2));
            svg.text("tick", LEFT - 6, base, Anchor.END, "0");
        }
        for (int layer = 0; layer < blockCount; layer++) {
            PackedLayer whole = PackedLayer.whole(layer);
            List<ResidualBlock> gone = removed.stream().filter(whole::has).toList();
            boolean known = layer < influence.size();
            double height = (base - TOP) * (known ? Math.max(LEAST_SHARE, influence.get(layer) / most) : 1);
            String title = "layer " + layer + (known ? ": " + Html.number(influence.get(layer), 3) : "")
                    + (gone.isEmpty() ? "" : gone.size() == 2 ? ", removed" : ", without " + gone.get(0));
            double width = Math.max(1, step - GAP);
            svg.bar(
                    gone.isEmpty() ? "kept" : gone.size() == 2 ? "gone" : "half",
                    LEFT + layer * step,
                    base - height,
                    width,
                    height,
                    title);
            if (layer % every == 0) {
                svg.text("tick", LEFT + layer * step + width / 2, HEIGHT - 6, Anchor.MIDDLE, Integer.toString(layer));
            }
        }
        return svg.end();
    }
}
