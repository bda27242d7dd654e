package io.shearling.runtime.measure;

/**
 * The shape of a {@link Scorer}. The batches choose kernels, so other batches may change the last digits.
 *
 * @param contextTokens of a chunk
 * @param batchTokens so many tokens make a step, and at least one chunk does
 * @param microBatchTokens tokens computed at once; so many rows of logits are in memory for each model
 * @param threads threads that compute; 0: one a core
 * @param stored also what llama-perplexity makes of logits that it stored in 16 bits
 */
public record ScorerOptions(int contextTokens, int batchTokens, int microBatchTokens, int threads, boolean stored) {}
