package io.shearling.bench;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.ModelOptions;

/** The settings that both sides share. */
final class EngineSettings {
    static final int BATCH_TOKENS = 2048;
    static final int MICRO_BATCH_TOKENS = 512;

    /** Contexts come in steps of this many tokens. */
    private static final int STEP = 256;

    private EngineSettings() {}

    /** The reference tools are built for the CPU alone. */
    static ModelOptions model() {
        return ModelOptions.builder().cpuOnly().build();
    }

    /** One sequence with room for the longer of the two tests. */
    static EngineOptions engine(BenchOptions options) {
        int generation = options.depthTokens() + options.generatedTokens() + 1;
        int tokens = Math.max(generation, options.promptTokens() + 1);
        return EngineOptions.builder()
                .contextTokens((tokens + STEP) / STEP * STEP)
                .sequences(1)
                .batchTokens(BATCH_TOKENS)
                .microBatchTokens(MICRO_BATCH_TOKENS)
                .threads(options.threads())
                .build();
    }
}
