package io.shearling.recipes.statistics;

/**
 * How statistics are collected. Immutable.
 *
 * @param chunkTokens tokens of a chunk, 16 to 1,048,576; 512 as in llama.cpp's tools
 * @param chunks how many chunks; 0 for all that the text has
 * @param processOutput also what {@code output.weight} is multiplied with, where the model has one of its own
 * @param threads that compute; 0 for one a core
 */
public record StatisticsOptions(int chunkTokens, int chunks, boolean processOutput, int threads) {
    /** Chunks of 512 tokens, all of them, without the output, one thread a core. */
    public static final StatisticsOptions DEFAULT = new StatisticsOptions(512, 0, false, 0);

    private static final int LEAST_TOKENS = 16;
    private static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_THREADS = 512;

    /** Checks the ranges. */
    public StatisticsOptions {
        if (chunkTokens < LEAST_TOKENS || chunkTokens > MOST_TOKENS) {
            throw new IllegalArgumentException(
                    "A chunk has " + LEAST_TOKENS + " to " + MOST_TOKENS + " tokens, not " + chunkTokens + ".");
        }
        if (chunks < 0 || threads < 0 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("Chunks are 0 or more and threads 0 to " + MOST_THREADS + ", not "
                    + chunks + " and " + threads + ".");
        }
    }

    /** The same with other chunks. */
    public StatisticsOptions withChunks(int tokens, int count) {
        return new StatisticsOptions(tokens, count, processOutput, threads);
    }

    /** The same with so many threads. */
    public StatisticsOptions withThreads(int count) {
        return new StatisticsOptions(chunkTokens, chunks, processOutput, count);
    }
}
