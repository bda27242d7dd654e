package io.shearling.cli;

import io.shearling.runtime.FinishReason;
import io.shearling.runtime.Timings;
import io.shearling.runtime.Usage;
import java.util.Locale;

/** The line about speed that ends a reply. */
final class ReplyStatistics {
    private ReplyStatistics() {}

    /** Tokens, tokens a second, time to the first token and the reason of the end. */
    static String line(Reply reply) {
        Usage usage = reply.end().usage();
        Timings timings = reply.end().timings();
        return String.format(
                Locale.ROOT,
                "%d prompt tokens at %.1f/s, %d generated at %.1f/s, first token %.2f s after a load of %.2f s, %s",
                usage.promptTokens(),
                timings.promptTokensPerSecond(usage),
                usage.generatedTokens(),
                timings.generatedTokensPerSecond(usage),
                timings.queued().plus(timings.prompt()).toNanos() / 1e9,
                reply.loadNanos() / 1e9,
                words(reply.end().reason()));
    }

    /** The reason as it stands in JSON. */
    static String name(FinishReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static String words(FinishReason reason) {
        return switch (reason) {
            case END_OF_TEXT -> "the text is complete";
            case STOP_STRING -> "a stop text came up";
            case MAX_TOKENS -> "cut at --max-tokens";
            case CONTEXT_FULL -> "the context is full";
            case CANCELLED -> "cancelled";
        };
    }
}
