package io.shearling.recipes.prune;

import io.shearling.recipes.statistics.StatisticsOptions;

/**
 * How a text is read to choose what goes. Immutable.
 *
 * @param chunkTokens tokens of a chunk, 16 or more
 * @param chunks at most so many chunks; 0 for all that the text has
 * @param threads that compute; 0 for one a core
 */
public record MeasuringOptions(int chunkTokens, int chunks, int threads) {
    /** At most 16 chunks of 512 tokens, one thread a core. */
    public static final MeasuringOptions DEFAULT = new MeasuringOptions(512, 16, 0);

    /** Checks the ranges. */
    public MeasuringOptions {
        new StatisticsOptions(chunkTokens, chunks, false, threads);
    }

    /** For so many chunks of them. */
    StatisticsOptions statistics(int count) {
        return new StatisticsOptions(chunkTokens, count, false, threads);
    }
}
