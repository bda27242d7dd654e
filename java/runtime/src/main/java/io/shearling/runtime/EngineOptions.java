package io.shearling.runtime;

import io.shearling.formats.tensor.TensorType;
import java.util.Objects;

/** The shape of an {@link Engine}: its memory, its batches, its threads. Immutable; made by {@link #builder}. */
public final class EngineOptions {
    /** One sequence, a context that fits the machine, as many threads as there are cores. */
    public static final EngineOptions DEFAULT = builder().build();

    private final int contextTokens;
    private final int sequences;
    private final int batchTokens;
    private final int microBatchTokens;
    private final int threads;
    private final int promptThreads;
    private final int poll;
    private final TensorType keyType;
    private final TensorType valueType;
    private final boolean offloadMemory;

    private EngineOptions(Builder builder) {
        contextTokens = builder.contextTokens;
        sequences = builder.sequences;
        batchTokens = builder.batchTokens;
        microBatchTokens = builder.microBatchTokens;
        threads = builder.threads;
        promptThreads = builder.promptThreads;
        poll = builder.poll;
        keyType = builder.keyType;
        valueType = builder.valueType;
        offloadMemory = builder.offloadMemory;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Tokens that each sequence can hold; 0: chosen to fit the machine. */
    public int contextTokens() {
        return contextTokens;
    }

    public int sequences() {
        return sequences;
    }

    public int batchTokens() {
        return batchTokens;
    }

    public int microBatchTokens() {
        return microBatchTokens;
    }

    /** Threads that compute one token; 0: one a core, fewer while other threads keep the cores busy. */
    public int threads() {
        return threads;
    }

    /** Threads that compute prompts; 0: as {@link #threads}. */
    public int promptThreads() {
        return promptThreads;
    }

    public int poll() {
        return poll;
    }

    public TensorType keyType() {
        return keyType;
    }

    public TensorType valueType() {
        return valueType;
    }

    public boolean offloadMemory() {
        return offloadMemory;
    }

    /** Collects options; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private int contextTokens;
        private int sequences = 1;
        private int batchTokens = 2048;
        private int microBatchTokens = 512;
        private int threads;
        private int promptThreads;
        private int poll = 2;
        private TensorType keyType = TensorType.F16;
        private TensorType valueType = TensorType.F16;
        private boolean offloadMemory = true;

        private Builder() {}

        /** Tokens that each sequence can hold. Default 0: what the model was trained for, at most 4,096, and what fits. */
        public Builder contextTokens(int tokens) {
            contextTokens = tokens;
            return this;
        }

        /** Sequences that can be served at once, 1 to 256. Default 1. */
        public Builder sequences(int count) {
            sequences = count;
            return this;
        }

        /** Most tokens of one step over all sequences, at least one for each. Default 2,048. */
        public Builder batchTokens(int tokens) {
            batchTokens = tokens;
            return this;
        }

        /** Most tokens computed at once; the compute buffers grow with it. Default 512. */
        public Builder microBatchTokens(int tokens) {
            microBatchTokens = tokens;
            return this;
        }

        /**
         * Threads that compute one token. Default 0: one a core, and fewer while other threads, of this program or
         * another, keep the cores busy. A count of one's own is kept to, whatever goes on beside; the same count gives the
         * same text on the same build, where another may round a sum differently.
         */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /** Threads that compute prompts. Default 0: as {@link #threads}. */
        public Builder promptThreads(int count) {
            promptThreads = count;
            return this;
        }

        /**
         * How long threads without work spin before they sleep, 0 (not at all) to 100. Default 2: some five milliseconds. 50
         * is an eighth of a second of every core after the last token, and may be a few percent faster where nobody else computes.
         */
        public Builder poll(int level) {
            poll = level;
            return this;
        }

        /** Tensor types of the key and the value cache. Default F16 both. */
        public Builder cacheTypes(TensorType keys, TensorType values) {
            keyType = Objects.requireNonNull(keys, "keys");
            valueType = Objects.requireNonNull(values, "values");
            return this;
        }

        /** Keep the memory on the GPU with the layers it belongs to. Default true. */
        public Builder offloadMemory(boolean offload) {
            offloadMemory = offload;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public EngineOptions build() {
            within("contextTokens", contextTokens, 0, 1 << 28);
            within("sequences", sequences, 1, 256);
            within("batchTokens", batchTokens, 1, 1 << 20);
            within("microBatchTokens", microBatchTokens, 1, 1 << 20);
            within("threads", threads, 0, 512);
            within("promptThreads", promptThreads, 0, 512);
            within("poll", poll, 0, 100);
            if (batchTokens < sequences) {
                throw new IllegalArgumentException("batchTokens is " + batchTokens + " and sequences is " + sequences
                        + "; a step must have room for a token of each sequence");
            }
            return new EngineOptions(this);
        }

        private static void within(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        name + " is " + value + "; it must be from " + least + " to " + most);
            }
        }
    }
}
