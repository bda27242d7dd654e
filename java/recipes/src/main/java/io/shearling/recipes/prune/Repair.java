package io.shearling.recipes.prune;

import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;

/** What is done to the layers that stay, so that they do some of what went. The model keeps its form, and needs no training. */
public sealed interface Repair {
    /**
     * ReplaceMe (arXiv 2505.02819): what the feed-forward part of the layer before a run adds is mapped by the matrix that makes, over a
     * text, the least squared error of what came out of the run's last layer. The matrix becomes part of {@code ffn_down}.
     *
     * @param text to find the matrix on
     * @param options how it is read; at most so many chunks, where the text has fewer all of them
     * @param ridge how much the matrix is held to the one that changes nothing: added to the diagonal of the sums, as a share of its mean
     */
    record Linear(Text text, StatisticsOptions options, double ridge) implements Repair {
        /** What is taken unless something else is said. */
        public static final double RIDGE = 0.01;

        /** Checks the ridge. */
        public Linear {
            if (!(ridge > 0) || ridge > 1e6) {
                throw new IllegalArgumentException("A ridge is more than 0 and at most 1e6, not " + ridge + ".");
            }
        }

        /** With the usual ridge. */
        public Linear(Text text, StatisticsOptions options) {
            this(text, options, RIDGE);
        }
    }

    /**
     * LaCo (arXiv 2402.11187): the layer before a run takes over how the weights of the run's layers differ from its own, all of them
     * added up. Needs no text.
     */
    record Merge() implements Repair {}
}
