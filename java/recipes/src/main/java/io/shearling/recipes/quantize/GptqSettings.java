package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.Text;
import io.shearling.runtime.measure.NativeFloats;
import io.shearling.runtime.measure.RowRounder;

/**
 * Rounding with error feedback: what the rounding of a column loses, the columns after it make good as far as they can (GPTQ, arXiv
 * 2210.17323). Immutable.
 *
 * @param text that the model reads to find which columns go together; not the one that it is evaluated with
 * @param chunkTokens tokens of a chunk
 * @param chunks most chunks of the text that are read; 0: all
 * @param quantizedInputs whether each block is rounded for what the blocks before it give once they are quantized, and makes good
 *     half of what that is off; each block is computed by itself then, from a file beside the output
 * @param memoryBytes most bytes of the sums over the text that are held at a time: less takes more passes
 */
public record GptqSettings(Text text, int chunkTokens, int chunks, boolean quantizedInputs, long memoryBytes) {
    private static final int CHUNK_TOKENS = 512;
    private static final int CHUNKS = 64;
    private static final long MEMORY_BYTES = 410_000_000;

    /** What another result would come of. */
    String digest() {
        return " gptq " + text.sha256() + " " + chunkTokens + " " + chunks + " " + quantizedInputs;
    }

    /** Checks the numbers. */
    public GptqSettings {
        if (chunkTokens < 16 || chunks < 0 || memoryBytes < 1) {
            throw new IllegalArgumentException(
                    "chunkTokens must be 16 or more, chunks 0 or more, memoryBytes 1 or more");
        }
    }

    /**
     * Whether a tensor that becomes a type can be rounded so: a matrix that is no stack of experts, with no more than
     * {@link NativeFloats#MOST_COLUMNS} columns, and a type that {@link RowRounder#supports}.
     */
    public static boolean takes(TensorInfo tensor, TensorType type) {
        TensorShape shape = tensor.shape();
        boolean matrix = shape.rows() == shape.extent(1);
        return matrix && shape.columns() <= NativeFloats.MOST_COLUMNS && RowRounder.supports(type);
    }

    /** At most 64 chunks of 512 tokens, inputs of the model as it is, 410 MB. */
    public static GptqSettings of(Text text) {
        return new GptqSettings(text, CHUNK_TOKENS, CHUNKS, false, MEMORY_BYTES);
    }

    /** With other chunks. */
    public GptqSettings withChunks(int tokens, int count) {
        return new GptqSettings(text, tokens, count, quantizedInputs, memoryBytes);
    }

    /** With the inputs that the quantized blocks before give. */
    public GptqSettings withQuantizedInputs() {
        return new GptqSettings(text, chunkTokens, chunks, true, memoryBytes);
    }

    /** With another limit of memory. */
    public GptqSettings withMemoryBytes(long bytes) {
        return new GptqSettings(text, chunkTokens, chunks, quantizedInputs, bytes);
    }
}
