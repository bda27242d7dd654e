package io.shearling.formats.model;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.tensor.TensorType;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The numbers of a model that decide its memory, read from the metadata of any architecture.
 *
 * @param architecture the value of {@code general.architecture}, for example {@code llama}
 * @param contextLength tokens that the model was trained to see at once
 * @param embeddingLength width of a token's vector
 * @param blockCount layers, those for predicting further tokens included
 * @param feedForwardLength width of the feed-forward part, by layer; 0 where there is none or only experts
 * @param headCount attention heads by layer; 0 where a layer has no attention
 * @param headCountKv key/value heads by layer
 * @param keyLength width of a head's key
 * @param valueLength width of a head's value
 * @param vocabularySize tokens of the vocabulary, when the file tells
 * @param slidingWindow tokens that a layer with a window sees
 * @param expertCount experts of a layer in a mixture
 * @param poolingType how the model pools, when it is made for embeddings
 */
public record ModelShape(
        String architecture,
        int contextLength,
        int embeddingLength,
        int blockCount,
        LayerCounts feedForwardLength,
        LayerCounts headCount,
        LayerCounts headCountKv,
        int keyLength,
        int valueLength,
        OptionalInt vocabularySize,
        OptionalInt slidingWindow,
        OptionalInt expertCount,
        Optional<PoolingType> poolingType) {

    /** The most layers that llama.cpp v0.5.0 takes. */
    public static final int MAX_BLOCKS = 512;

    /** The most experts that llama.cpp v0.5.0 takes. */
    public static final int MAX_EXPERTS = 1024;

    /**
     * Reads and checks the shape.
     *
     * <p>Numbers on which llama.cpp would abort, such as 600 layers or more experts in use than there are, are refused.
     *
     * @throws io.shearling.formats.gguf.GgufException when a needed key is missing or a number cannot be
     */
    public static ModelShape of(GgufMetadata metadata) {
        return new ShapeReader(metadata).read();
    }

    /** The shape, or nothing when the file has no layers to speak of, such as one with a vocabulary only. */
    public static Optional<ModelShape> find(GgufMetadata metadata) {
        return metadata.findString("general.architecture")
                .filter(architecture -> metadata.contains(architecture + ".block_count"))
                .map(architecture -> of(metadata));
    }

    /**
     * Bytes of the key/value cache.
     *
     * <p>Every layer is counted at full length: sliding windows, and layers that share a cache or keep none, make the
     * real one smaller, never larger.
     *
     * @param contextTokens tokens that the cache has room for; engines round up, llama.cpp to a multiple of 256
     * @param keyType type of the keys
     * @param valueType type of the values
     * @return the bytes; {@code Long.MAX_VALUE} also stands for all that no {@code long} counts
     * @throws IllegalArgumentException when a head is no whole number of the type's blocks
     */
    public long kvCacheBytes(long contextTokens, TensorType keyType, TensorType valueType) {
        if (contextTokens < 0) {
            throw new IllegalArgumentException("A cache cannot have room for " + contextTokens + " tokens.");
        }
        try {
            long bytesPerToken = 0;
            for (int i = 0; i < blockCount; i++) {
                long heads = headCountKv.layer(i);
                bytesPerToken = Math.addExact(bytesPerToken, Math.multiplyExact(heads, keyType.rowBytes(keyLength)));
                bytesPerToken =
                        Math.addExact(bytesPerToken, Math.multiplyExact(heads, valueType.rowBytes(valueLength)));
            }
            return Math.multiplyExact(bytesPerToken, contextTokens);
        } catch (ArithmeticException e) {
            // A hostile file can name such a shape. It fits no machine, and that is all that anybody asks.
            return Long.MAX_VALUE;
        }
    }
}
