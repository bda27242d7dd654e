package io.shearling.runtime;

import java.util.Objects;

/**
 * The shape of an {@link Embedder}.
 *
 * @param pooling how token vectors become one; {@link Pooling#MODEL}: as the model says, and {@link Pooling#MEAN} where it says
 *     nothing, as models for text do
 * @param normalize whether vectors get length 1
 * @param maxTokens longest text in tokens; 0: what the model was trained for, at most 8,192, or 2,048 where
 *     the model is no encoder
 * @param threads threads that compute; 0: one a core
 */
public record EmbedderOptions(Pooling pooling, boolean normalize, int maxTokens, int threads) {
    /** As the model says, normalized. */
    public static final EmbedderOptions DEFAULT = new EmbedderOptions(Pooling.MODEL, true, 0, 0);

    public EmbedderOptions {
        Objects.requireNonNull(pooling, "pooling");
        if (maxTokens < 0 || maxTokens > 1 << 20) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + "; it must be from 0 to " + (1 << 20));
        }
        if (threads < 0 || threads > 512) {
            throw new IllegalArgumentException("threads is " + threads + "; it must be from 0 to 512");
        }
    }

    public EmbedderOptions withPooling(Pooling other) {
        return new EmbedderOptions(other, normalize, maxTokens, threads);
    }

    public EmbedderOptions withNormalize(boolean other) {
        return new EmbedderOptions(pooling, other, maxTokens, threads);
    }

    public EmbedderOptions withMaxTokens(int other) {
        return new EmbedderOptions(pooling, normalize, other, threads);
    }

    public EmbedderOptions withThreads(int other) {
        return new EmbedderOptions(pooling, normalize, maxTokens, other);
    }
}
