package io.shearling.recipes.prune;

/**
 * How much of a model's widths stays, each more than 0 and at most 1. Immutable.
 *
 * @param feedForward of the neurons of the feed-forward parts
 * @param heads of the key/value heads, each with all of its queries
 * @param hidden of the elements of the state between the layers
 */
public record WidthShares(double feedForward, double heads, double hidden) {
    /** Checks the ranges. */
    public WidthShares {
        requireShare(feedForward);
        requireShare(heads);
        requireShare(hidden);
        if (feedForward == 1 && heads == 1 && hidden == 1) {
            throw new IllegalArgumentException("All neurons, heads and elements stay: nothing is to be removed.");
        }
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("A share is more than 0 and at most 1, not " + share + ".");
        }
    }

    /** Of the neurons alone. */
    public static WidthShares ofFeedForward(double share) {
        return new WidthShares(share, 1, 1);
    }
}
