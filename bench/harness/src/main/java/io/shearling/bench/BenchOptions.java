package io.shearling.bench;

import java.util.Optional;

/** What a benchmark measures. Immutable; made by {@link #builder}. */
public final class BenchOptions {
    private final Optional<ReferenceTools> reference;
    private final int threads;
    private final int promptTokens;
    private final int generatedTokens;
    private final int depthTokens;
    private final int neighbours;
    private final StopRule rule;

    private BenchOptions(Builder builder) {
        reference = builder.reference;
        threads = builder.threads;
        promptTokens = builder.promptTokens;
        generatedTokens = builder.generatedTokens;
        depthTokens = builder.depthTokens;
        neighbours = builder.neighbours;
        rule = builder.rule;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** llama.cpp's tools; empty: Java alone is measured. */
    public Optional<ReferenceTools> reference() {
        return reference;
    }

    /** Threads of both sides; 0: one a core. */
    public int threads() {
        return threads;
    }

    /** Tokens of the prompt test; 0: not taken. */
    public int promptTokens() {
        return promptTokens;
    }

    /** Tokens of the generation test; 0: not taken. */
    public int generatedTokens() {
        return generatedTokens;
    }

    /** Tokens in memory before the generation test begins. */
    public int depthTokens() {
        return depthTokens;
    }

    /** Busy threads beside which generation is measured once more; 0: not done. */
    public int neighbours() {
        return neighbours;
    }

    public StopRule rule() {
        return rule;
    }

    /** Collects options; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private Optional<ReferenceTools> reference = Optional.empty();
        private int threads;
        private int promptTokens = 512;
        private int generatedTokens = 128;
        private int depthTokens = 326;
        private int neighbours;
        private StopRule rule = StopRule.DEFAULT;

        private Builder() {}

        /** llama.cpp's tools to compare with. Default: none. */
        public Builder reference(Optional<ReferenceTools> tools) {
            reference = tools;
            return this;
        }

        /** Threads of both sides. Default 0: one a core. */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /** Tokens of the prompt test. Default 512; 0 leaves the test out. */
        public Builder promptTokens(int tokens) {
            promptTokens = tokens;
            return this;
        }

        /** Tokens of the generation test. Default 128; 0 leaves the test out. */
        public Builder generatedTokens(int tokens) {
            generatedTokens = tokens;
            return this;
        }

        /** Tokens in memory before the generation test begins, 1 or more. Default 326. */
        public Builder depthTokens(int tokens) {
            depthTokens = tokens;
            return this;
        }

        /** Busy threads beside which generation is measured once more. Default 0: not done. */
        public Builder neighbours(int count) {
            neighbours = count;
            return this;
        }

        /** When enough rounds have been taken. Default {@link StopRule#DEFAULT}. */
        public Builder rule(StopRule stopRule) {
            rule = stopRule;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public BenchOptions build() {
            within("threads", threads, 0, 512);
            within("promptTokens", promptTokens, 0, 1 << 20);
            within("generatedTokens", generatedTokens, 0, 1 << 19);
            within("depthTokens", depthTokens, 1, 1 << 20);
            within("neighbours", neighbours, 0, 512);
            return new BenchOptions(this);
        }

        private static void within(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        name + " is " + value + "; it must be from " + least + " to " + most);
            }
        }
    }
}
