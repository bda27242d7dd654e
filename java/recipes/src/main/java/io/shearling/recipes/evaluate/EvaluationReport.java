package io.shearling.recipes.evaluate;

import java.util.Optional;

/**
 * What an evaluation found, and of what.
 *
 * @param candidate file of the model
 * @param base where the base came from, if there was one
 * @param text name of the text, or of the file of a base that has its tokens
 * @param textSha256 of the text's file, where there was one
 * @param textTokens of the whole text
 * @param contextTokens of a chunk
 * @param chunks that were run
 * @param tokens that were scored
 * @param stoppedEarly whether the error was small enough before the last chunk
 * @param perplexity of the candidate
 * @param comparison with the base, where it is known exactly or from a cache
 * @param stored the comparison as llama-perplexity finds it with a base that it stored in 16 bits, where asked for
 * @param storedBound most that the 16 bits can have changed of the mean KL divergence
 */
public record EvaluationReport(
        String candidate,
        Optional<String> base,
        String text,
        Optional<String> textSha256,
        int textTokens,
        int contextTokens,
        int chunks,
        long tokens,
        boolean stoppedEarly,
        Estimate perplexity,
        Optional<Comparison> comparison,
        Optional<Comparison> stored,
        double storedBound) {}
