package io.shearling.cli;

import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.Timings;
import io.shearling.runtime.Usage;
import java.util.Locale;

/** The line about speed that ends a reply. */
final class ReplyStatistics {
    private ReplyStatistics() {}

    /** Of the one reply of a command: tokens, tokens a second, time to the first token, time of the load, reason of the end. */
    static String line(Reply reply, long loadNanos) {
        return figures(reply.end(), String.format(Locale.ROOT, " after a load of %.2f s", loadNanos / 1e9));
    }

    /** Of a turn in a chat: tokens, tokens a second, time to the first token, reason of the end. */
    static String line(Reply reply) {
        return figures(reply.end(), "");
    }

    private static String figures(GenerationEvent.Finished end, String load) {
        Usage usage = end.usage();
        Timings timings = end.timings();
        return String.format(
                Locale.ROOT,
                "%d prompt tokens%s at %.1f/s, %d generated at %.1f/s, first token %.2f s%s, %s",
                usage.promptTokens(),
                usage.cachedTokens() == 0 ? "" : " (" + usage.cachedTokens() + " known)",
                timings.promptTokensPerSecond(usage),
                usage.generatedTokens(),
                timings.generatedTokensPerSecond(usage),
                timings.queued().plus(timings.prompt()).toNanos() / 1e9,
                load,
                words(end.reason()));
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
