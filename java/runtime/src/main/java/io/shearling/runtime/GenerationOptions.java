package io.shearling.runtime;

import io.shearling.runtime.sampling.SamplerChain;
import java.util.List;
import java.util.Objects;

/** How a generation runs. Immutable; made by {@link #builder} or from the {@link #DEFAULT}. */
public final class GenerationOptions {
    /** As many tokens as the context holds, temperature 0.8, top p 0.95, a random seed each time, no stop strings. */
    public static final GenerationOptions DEFAULT = builder().build();

    private final int maxTokens;
    private final SamplerChain samplers;
    private final List<String> stops;
    private final int logProbabilities;
    private final boolean ignoreEnd;
    private final ContextFullPolicy contextFull;

    private GenerationOptions(Builder builder) {
        maxTokens = builder.maxTokens;
        samplers = builder.samplers;
        stops = List.copyOf(builder.stops);
        logProbabilities = builder.logProbabilities;
        ignoreEnd = builder.ignoreEnd;
        contextFull = builder.contextFull;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The most likely token each time, at most {@code maxTokens} of them. */
    public static GenerationOptions greedy(int maxTokens) {
        return builder().samplers(SamplerChain.GREEDY).maxTokens(maxTokens).build();
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.maxTokens = maxTokens;
        builder.samplers = samplers;
        builder.stops = stops;
        builder.logProbabilities = logProbabilities;
        builder.ignoreEnd = ignoreEnd;
        builder.contextFull = contextFull;
        return builder;
    }

    /** Most tokens to generate; {@link Integer#MAX_VALUE} for as many as there is room for. */
    public int maxTokens() {
        return maxTokens;
    }

    public SamplerChain samplers() {
        return samplers;
    }

    /** Strings that end the text. */
    public List<String> stops() {
        return stops;
    }

    /** How many likely tokens each {@link GenerationEvent.Token} names; -1: no such events. */
    public int logProbabilities() {
        return logProbabilities;
    }

    /** Whether to go on when the model says that the text is complete. */
    public boolean ignoreEnd() {
        return ignoreEnd;
    }

    public ContextFullPolicy contextFull() {
        return contextFull;
    }

    /** Collects options; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private int maxTokens = Integer.MAX_VALUE;
        private SamplerChain samplers = SamplerChain.usual(0.8f, 0.95f, SamplerChain.RANDOM_SEED);
        private List<String> stops = List.of();
        private int logProbabilities = -1;
        private boolean ignoreEnd;
        private ContextFullPolicy contextFull = ContextFullPolicy.STOP;

        private Builder() {}

        /** Most tokens to generate, 1 or more. Default: as many as there is room for. */
        public Builder maxTokens(int tokens) {
            maxTokens = tokens;
            return this;
        }

        /** How tokens are chosen. Default: {@link SamplerChain#usual} at temperature 0.8 with a random seed. */
        public Builder samplers(SamplerChain chain) {
            samplers = Objects.requireNonNull(chain, "samplers");
            return this;
        }

        /** Strings that end the text and are not part of it. Default: none. */
        public Builder stops(String... strings) {
            stops = List.of(strings);
            return this;
        }

        /** Strings that end the text and are not part of it. Default: none. */
        public Builder stops(List<String> strings) {
            stops = List.copyOf(strings);
            return this;
        }

        /** Report each token's log-probability and the {@code likeliest} tokens at its place, 0 to 100. Default: off. */
        public Builder logProbabilities(int likeliest) {
            logProbabilities = likeliest;
            return this;
        }

        /** Go on after the model's end of text. Default: false. */
        public Builder ignoreEnd(boolean ignore) {
            ignoreEnd = ignore;
            return this;
        }

        /** What to do when the context is full. Default: stop. */
        public Builder contextFull(ContextFullPolicy policy) {
            contextFull = Objects.requireNonNull(policy, "contextFull");
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public GenerationOptions build() {
            if (maxTokens < 1) {
                throw new IllegalArgumentException("maxTokens is " + maxTokens + "; it must be 1 or more");
            }
            if (logProbabilities < -1 || logProbabilities > 100) {
                throw new IllegalArgumentException(
                        "logProbabilities is " + logProbabilities + "; it must be from 0 to 100, or -1 for none");
            }
            if (stops.stream().anyMatch(String::isEmpty)) {
                throw new IllegalArgumentException("a stop string is empty; it would end every text at once");
            }
            return new GenerationOptions(this);
        }
    }
}
