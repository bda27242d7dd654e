package io.shearling.cli;

import io.shearling.runtime.GenerationEvent;
import java.util.List;

/**
 * A whole reply.
 *
 * @param text all of it
 * @param tokens each token with its log-probability, when that was asked for
 * @param end why it ended, and its figures
 * @param seed the seed of the random choices
 * @param loadNanos time from the look-up of the model to the finished session
 */
record Reply(String text, List<GenerationEvent.Token> tokens, GenerationEvent.Finished end, int seed, long loadNanos) {
    Reply {
        tokens = List.copyOf(tokens);
    }
}
