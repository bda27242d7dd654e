package io.shearling.cli;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelSummary;
import io.shearling.formats.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code inspect} shows.
 *
 * @param path the file
 * @param summary the file in a few values
 * @param memory memory at a context length; empty where the file has no layers
 * @param metadata keys and values
 * @param tensors all tensors
 */
record Inspection(
        Path path, ModelSummary summary, Optional<Memory> memory, GgufMetadata metadata, List<TensorInfo> tensors) {
    private static final int USUAL_CONTEXT = 4096;

    /**
     * Memory that a model takes, without the buffers for intermediate results.
     *
     * @param contextTokens tokens that the cache has room for
     * @param weightBytes all tensors, mapped from the file
     * @param cacheBytes keys and values in F16, at most
     */
    record Memory(int contextTokens, long weightBytes, long cacheBytes) {
        /** Both; like the cache's, at most what a {@code long} counts. */
        long totalBytes() {
            return cacheBytes > Long.MAX_VALUE - weightBytes ? Long.MAX_VALUE : weightBytes + cacheBytes;
        }
    }

    static Inspection of(GgufFile file, OptionalInt contextTokens) {
        ModelSummary summary = ModelSummary.of(file);
        Optional<Memory> memory = summary.shape().map(shape -> {
            int tokens = contextTokens.orElse(Math.min(shape.contextLength(), USUAL_CONTEXT));
            return new Memory(
                    tokens, summary.mix().sizeBytes(), shape.kvCacheBytes(tokens, TensorType.F16, TensorType.F16));
        });
        return new Inspection(file.path(), summary, memory, file.metadata(), file.tensors());
    }
}
