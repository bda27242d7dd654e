package io.shearling.recipes.prune;

import io.shearling.formats.model.LayerCounts;

/**
 * What the layers of a model have room for, each for itself.
 *
 * @param heads of attention; 0 where a layer has none
 * @param headsKv heads of keys and values; 0 where a layer has no attention
 * @param feedForward neurons of the feed-forward part
 */
record LayerWidths(LayerCounts heads, LayerCounts headsKv, LayerCounts feedForward) {
    LayerWidths {
        if (heads.layers() != headsKv.layers() || heads.layers() != feedForward.layers()) {
            throw new IllegalArgumentException("There are widths of " + heads.layers() + ", " + headsKv.layers()
                    + " and " + feedForward.layers() + " layers.");
        }
    }

    int layers() {
        return heads.layers();
    }

    /** Whether all layers are alike, and have attention. */
    boolean uniform() {
        return heads.uniform() && headsKv.uniform() && feedForward.uniform() && heads.max() > 0;
    }
}
