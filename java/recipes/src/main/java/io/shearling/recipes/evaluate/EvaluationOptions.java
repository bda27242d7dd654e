package io.shearling.recipes.evaluate;

/**
 * How a text is evaluated.
 *
 * @param contextTokens tokens of a chunk; the second half of each is scored
 * @param chunks most chunks of the text; 0: all. Asking for more than the text has is refused
 * @param threads threads that compute; 0: one a core. The figures do not depend on it
 * @param enough stop as soon as the standard error of the mean KL divergence, or without a base of ln PPL, is at most this
 *     share of it; of ln PPL it is the share of PPL. 0: go on to the end
 * @param stored also give what llama-perplexity finds with a base that it stored in 16 bits
 * @param allowCalibrationText also measure on a text that the candidate says it was made with, which flatters it
 */
public record EvaluationOptions(
        int contextTokens, int chunks, int threads, double enough, boolean stored, boolean allowCalibrationText) {
    /** Least tokens of a chunk. */
    public static final int LEAST_CONTEXT = 8;

    /** Most tokens of a chunk. */
    public static final int MOST_CONTEXT = 1 << 20;

    /** Chunks of 512 tokens, all of them. */
    public static final EvaluationOptions DEFAULT = new EvaluationOptions(512, 0, 0, 0, false, false);

    public EvaluationOptions {
        require("contextTokens", contextTokens, LEAST_CONTEXT, MOST_CONTEXT);
        require("chunks", chunks, 0, Integer.MAX_VALUE);
        require("threads", threads, 0, 512);
        if (!(enough >= 0 && enough < 1)) {
            throw new IllegalArgumentException("enough is " + enough + "; it must be from 0 to less than 1");
        }
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    public EvaluationOptions withContextTokens(int other) {
        return new EvaluationOptions(other, chunks, threads, enough, stored, allowCalibrationText);
    }

    public EvaluationOptions withChunks(int other) {
        return new EvaluationOptions(contextTokens, other, threads, enough, stored, allowCalibrationText);
    }

    public EvaluationOptions withThreads(int other) {
        return new EvaluationOptions(contextTokens, chunks, other, enough, stored, allowCalibrationText);
    }

    public EvaluationOptions withEnough(double other) {
        return new EvaluationOptions(contextTokens, chunks, threads, other, stored, allowCalibrationText);
    }

    public EvaluationOptions withStored(boolean other) {
        return new EvaluationOptions(contextTokens, chunks, threads, enough, other, allowCalibrationText);
    }

    public EvaluationOptions withAllowCalibrationText(boolean other) {
        return new EvaluationOptions(contextTokens, chunks, threads, enough, stored, other);
    }
}
