package io.shearling.formats.gguf;

/** Bounds that the reader and the writer share; those of llama.cpp v0.5.0 unless a reason is given. */
final class GgufLimits {
    static final int MAGIC = 0x46554747;
    static final int VERSION = 3;
    static final int DEFAULT_ALIGNMENT = 32;
    static final String ALIGNMENT_KEY = "general.alignment";

    /** llama.cpp has no bound; beyond this the padding alone could fill a disk. */
    static final int MAX_ALIGNMENT = 1 << 20;

    static final int MAX_STRING_BYTES = 1 << 30;
    static final int MAX_ARRAY_ELEMENTS = 1 << 30;

    /** The format's own documentation; llama.cpp does not check it. */
    static final int MAX_KEY_BYTES = 65_535;

    /** A name with its closing NUL fits in 64 bytes. */
    static final int MAX_TENSOR_NAME_BYTES = 63;

    /** Our bound for what is held in memory: real models have some thousands. */
    static final int MAX_TENSORS = 1 << 17;

    /** Our bound for what is held in memory: real models have some dozens. */
    static final int MAX_KEYS = 1 << 16;

    private GgufLimits() {}

    static boolean alignmentAllowed(long alignment) {
        return alignment >= 1 && alignment <= MAX_ALIGNMENT && Long.bitCount(alignment) == 1;
    }

    /** The next multiple of the alignment. */
    static long pad(long offset, int alignment) {
        return Math.addExact(offset, alignment - 1) & -alignment;
    }
}
