package io.shearling.runtime.measure;

import java.util.List;

/**
 * How statistics are collected.
 *
 * @param chunkTokens most tokens of a chunk, 16 or more
 * @param threads 0: one a core
 * @param processOutput also what {@code output.weight} is multiplied with
 * @param grams names of weights whose Gram matrices are wanted, and nothing else then; empty: everything but those. Each takes 4 bytes
 *     times half the square of its columns
 * @param compared whether the inputs of those weights are also compared with exact ones ({@link StatisticsCollector#step}): 4 bytes
 *     times the square of its columns more for each
 * @param lastBlock computes no further than to the end of this block, whose states {@link StatisticsCollector#step} gives, and collects
 *     nothing but Gram matrices; -1: everything
 */
public record StatisticsSettings(
        int chunkTokens, int threads, boolean processOutput, List<String> grams, boolean compared, int lastBlock) {
    /** Copies the list. */
    public StatisticsSettings {
        grams = List.copyOf(grams);
    }

    /** Of whole models, read once. */
    public StatisticsSettings(int chunkTokens, int threads, boolean processOutput, List<String> grams) {
        this(chunkTokens, threads, processOutput, grams, false, -1);
    }

    /** Of blocks: Gram matrices of some weights, or of none, and the states that come out of the last block. */
    public static StatisticsSettings upTo(
            int lastBlock, int chunkTokens, int threads, List<String> grams, boolean compared) {
        return new StatisticsSettings(chunkTokens, threads, false, grams, compared, lastBlock);
    }
}
