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
 */
public record StatisticsSettings(int chunkTokens, int threads, boolean processOutput, List<String> grams) {
    /** Copies the list. */
    public StatisticsSettings {
        grams = List.copyOf(grams);
    }
}
