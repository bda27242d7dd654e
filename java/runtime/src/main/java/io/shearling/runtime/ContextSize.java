package io.shearling.runtime;

import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.Set;

/** Chooses how many tokens a context holds where nobody says: what the model and the machine's memory allow. */
final class ContextSize {
    /** More is seldom wanted and always paid for: the memory is filled at once. */
    static final int USUAL = 4096;

    private static final int LEAST = 256;

    /** Architectures whose every layer keeps every token, as it is, unless they have a window. */
    private static final Set<String> FULL_LENGTH = Set.of(
            "llama", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "phi2", "starcoder2", "olmo2", "granite", "internlm2");

    private static final System.Logger LOG = System.getLogger(ContextSize.class.getName());

    private ContextSize() {}

    /** The largest power-of-two share of the usual size whose memory is at most half of what is free. */
    static int fitting(ModelShape shape, EngineOptions options, String model) {
        requireFit(shape, options, model);
        int wanted = Math.min(shape.contextLength(), USUAL);
        long free = freeMemory();
        int tokens = wanted;
        while (bytes(shape, options, tokens) > free / 2) {
            if (tokens / 2 < LEAST) {
                throw new ShearlingException(
                        ErrorCode.OUT_OF_MEMORY,
                        "even a context of " + tokens + " tokens of " + model + " takes "
                                + bytes(shape, options, tokens) + " bytes, more than half of the "
                                + free + " that are free; free memory, or say contextTokens");
            }
            tokens /= 2;
        }
        if (tokens < wanted) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    model + ": a context of " + tokens + " tokens instead of " + wanted + ", because only " + free
                            + " bytes of memory are free; say contextTokens to insist");
        }
        return tokens;
    }

    /**
     * Refuses what no machine like this can hold before native code tries, which takes it a minute and the machine all of its
     * memory. The estimate counts every layer at full length, and some models keep an eighth of that: of those, and where a GPU
     * may have the memory, only what is absurd is refused here.
     */
    static void refuseAbsurd(ModelShape shape, EngineOptions options, int tokens, String model) {
        requireFit(shape, options, model);
        long free = freeMemory();
        long bytes = bytes(shape, options, tokens);
        if (bytes / (exact(shape) ? 1 : 16) > free) {
            throw new ShearlingException(
                    ErrorCode.OUT_OF_MEMORY,
                    "a context of " + tokens + " tokens of " + model + " takes up to " + bytes + " bytes and " + free
                            + " are free; ask for a smaller context");
        }
    }

    private static boolean exact(ModelShape shape) {
        return FULL_LENGTH.contains(shape.architecture())
                && shape.slidingWindow().isEmpty()
                && Device.all().stream().allMatch(device -> device.type() == Device.Type.CPU);
    }

    private static long bytes(ModelShape shape, EngineOptions options, int tokens) {
        return shape.kvCacheBytes((long) tokens * options.sequences(), options.keyType(), options.valueType());
    }

    /** The blocks of a cache's type must fit the heads. */
    private static void requireFit(ModelShape shape, EngineOptions options, String model) {
        requireFit("key", shape.keyLength(), options.keyType(), model);
        requireFit("value", shape.valueLength(), options.valueType(), model);
    }

    private static void requireFit(String part, int length, TensorType type, String model) {
        if (!type.fits(length)) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    "a " + part + " of " + model + " has " + length + " elements, which are no whole blocks of "
                            + type.ggmlName() + "; keep the cache in F16 or F32");
        }
    }

    /** Bytes of the CPU's memory that can be had without swapping. */
    private static long freeMemory() {
        return Device.all().stream()
                .filter(device -> device.type() == Device.Type.CPU)
                .mapToLong(Device::memoryFree)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
