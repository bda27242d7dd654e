package io.shearling.runtime;

import java.util.List;

/** Something that happens during a generation. Immutable. {@link Finished} is the last one and comes exactly once. */
public sealed interface GenerationEvent {
    /**
     * More of the text: never empty, always whole code points.
     *
     * @param text what comes next
     */
    record Text(String text) implements GenerationEvent {}

    /**
     * A token with its log-probability under the model's own distribution, before any sampler. Only where {@link
     * GenerationOptions#logProbabilities} asks for it, and before the text it completes.
     *
     * @param token id in the vocabulary
     * @param logProbability natural logarithm
     * @param likeliest the most likely tokens at this place, best first
     */
    record Token(int token, float logProbability, List<Candidate> likeliest) implements GenerationEvent {
        public Token {
            likeliest = List.copyOf(likeliest);
        }
    }

    /**
     * A token that could have stood there.
     *
     * @param token id in the vocabulary
     * @param logProbability natural logarithm
     */
    record Candidate(int token, float logProbability) {}

    /**
     * The end.
     *
     * @param reason why
     * @param usage tokens
     * @param timings time
     */
    record Finished(FinishReason reason, Usage usage, Timings timings) implements GenerationEvent {}
}
