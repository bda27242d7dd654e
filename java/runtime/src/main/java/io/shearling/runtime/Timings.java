package io.shearling.runtime;

import java.time.Duration;

/**
 * Where the time of a generation went.
 *
 * @param queued from the call to the first step that had a part of the prompt
 * @param prompt from there to the first token
 * @param generation from the first token to the end
 */
public record Timings(Duration queued, Duration prompt, Duration generation) {
    /** Prompt tokens a second; 0 where nothing was computed. */
    public double promptTokensPerSecond(Usage usage) {
        return rate(usage.promptTokens() - usage.cachedTokens(), prompt);
    }

    /** Generated tokens a second after the first; 0 with fewer than two. */
    public double generatedTokensPerSecond(Usage usage) {
        return rate(usage.generatedTokens() - 1, generation);
    }

    private static double rate(int tokens, Duration time) {
        return tokens <= 0 || time.isZero() ? 0 : tokens * 1e9 / time.toNanos();
    }
}
