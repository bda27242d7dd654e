package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_context_params;
import io.shearling.runtime.EngineOptions;

/** The one place where options become the native struct of a context. */
public final class ContextSettings {
    private final EngineOptions options;
    private final int contextTokens;
    private final int pooling;
    private final boolean embeddings;
    private final boolean unified;

    private ContextSettings(
            EngineOptions options, int contextTokens, int pooling, boolean embeddings, boolean unified) {
        this.options = options;
        this.contextTokens = contextTokens;
        this.pooling = pooling;
        this.embeddings = embeddings;
        this.unified = unified;
    }

    /** For text. */
    public static ContextSettings generation(EngineOptions options, int contextTokens) {
        return new ContextSettings(options, contextTokens, Core.SHL_POOLING_MODEL, false, false);
    }

    /**
     * For vectors: the whole of a text is computed at once, since the vectors of encoders depend on all of it. Of so many
     * sequences there are as many as have a token each.
     */
    public static ContextSettings embedding(int pooling, int maxTokens, int sequences, int threads) {
        EngineOptions options = EngineOptions.builder()
                .sequences(Math.min(sequences, maxTokens))
                .batchTokens(maxTokens)
                .microBatchTokens(maxTokens)
                .threads(threads)
                .build();
        return new ContextSettings(options, maxTokens, pooling, true, false);
    }

    /** For continuations of one text: all sequences have one pool of so many tokens together, so that they share what is alike. */
    public static ContextSettings continuations(int poolTokens, int sequences, int threads) {
        EngineOptions options =
                EngineOptions.builder().sequences(sequences).threads(threads).build();
        int each = (poolTokens + sequences - 1) / sequences;
        return new ContextSettings(options, each, Core.SHL_POOLING_MODEL, false, true);
    }

    /** For each sequence. */
    int contextTokens() {
        return contextTokens;
    }

    int sequences() {
        return options.sequences();
    }

    shl_context_params toNative() {
        shl_context_params params = new shl_context_params();
        Core.shl_context_params_default(params);
        params.context_tokens(contextTokens).sequence_count(options.sequences());
        params.batch_tokens(options.batchTokens()).micro_batch_tokens(options.microBatchTokens());
        params.threads(options.threads()).threads_batch(options.promptThreads());
        params.poll(options.poll());
        params.type_k(options.keyType().code()).type_v(options.valueType().code());
        params.pooling(pooling).embeddings(embeddings);
        params.offload_kv(options.offloadMemory()).unified(unified);
        return params;
    }
}
