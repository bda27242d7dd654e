package io.shearling.runtime.bridge;

/**
 * A chosen token and what else could have been.
 *
 * @param token the choice
 * @param logProbability its natural logarithm of probability
 * @param likeliest the most likely tokens, best first
 * @param logProbabilities theirs, in the same order
 */
@SuppressWarnings("ArrayRecordComponent") // read once, inside the runtime
public record TokenChoice(int token, float logProbability, int[] likeliest, float[] logProbabilities) {}
