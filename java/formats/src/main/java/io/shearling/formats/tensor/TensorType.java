package io.shearling.formats.tensor;

import java.util.Locale;
import java.util.Optional;

/**
 * A way to store the elements of a tensor: one constant for each type that ggml knows.
 *
 * <p>Elements are stored row by row, and each row as a whole number of blocks of {@link #blockElements()} elements in
 * {@link #blockBytes()} bytes. Codes and sizes are those of llama.cpp v0.5.0, {@code ggml.h} and {@code ggml-common.h}.
 */
public enum TensorType {
    F32(0, "f32", 1, 4),
    F16(1, "f16", 1, 2),
    Q4_0(2, "q4_0", 32, 18),
    Q4_1(3, "q4_1", 32, 20),
    Q5_0(6, "q5_0", 32, 22),
    Q5_1(7, "q5_1", 32, 24),
    Q8_0(8, "q8_0", 32, 34),
    Q8_1(9, "q8_1", 32, 36),
    Q2_K(10, "q2_K", 256, 84),
    Q3_K(11, "q3_K", 256, 110),
    Q4_K(12, "q4_K", 256, 144),
    Q5_K(13, "q5_K", 256, 176),
    Q6_K(14, "q6_K", 256, 210),
    Q8_K(15, "q8_K", 256, 292),
    IQ2_XXS(16, "iq2_xxs", 256, 66),
    IQ2_XS(17, "iq2_xs", 256, 74),
    IQ3_XXS(18, "iq3_xxs", 256, 98),
    IQ1_S(19, "iq1_s", 256, 50),
    IQ4_NL(20, "iq4_nl", 32, 18),
    IQ3_S(21, "iq3_s", 256, 110),
    IQ2_S(22, "iq2_s", 256, 82),
    IQ4_XS(23, "iq4_xs", 256, 136),
    I8(24, "i8", 1, 1),
    I16(25, "i16", 1, 2),
    I32(26, "i32", 1, 4),
    I64(27, "i64", 1, 8),
    F64(28, "f64", 1, 8),
    IQ1_M(29, "iq1_m", 256, 56),
    BF16(30, "bf16", 1, 2),
    TQ1_0(34, "tq1_0", 256, 54),
    TQ2_0(35, "tq2_0", 256, 66),
    MXFP4(39, "mxfp4", 32, 17),
    NVFP4(40, "nvfp4", 64, 36),
    Q1_0(41, "q1_0", 128, 18),
    Q2_0(42, "q2_0", 64, 18);

    private static final TensorType[] BY_CODE = byCode();

    private final int code;
    private final String ggmlName;
    private final int blockElements;
    private final int blockBytes;

    TensorType(int code, String ggmlName, int blockElements, int blockBytes) {
        this.code = code;
        this.ggmlName = ggmlName;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** The number that stands for this type in a GGUF file. */
    public int code() {
        return code;
    }

    /** The name as ggml prints it, for example {@code q4_K}. */
    public String ggmlName() {
        return ggmlName;
    }

    /** Elements in one block; 1 for a type that stores each element by itself. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Whether elements share a block, so that a single one cannot be stored alone. */
    public boolean quantized() {
        return blockElements > 1;
    }

    /** Whether a quantizer for this type refuses to work without importance values for the columns. */
    public boolean needsImportance() {
        return this == IQ2_XXS || this == IQ2_XS || this == IQ1_S;
    }

    /** Bits that one element takes, the share of the block's scales included. */
    public double bitsPerElement() {
        return 8.0 * blockBytes / blockElements;
    }

    /** Whether a row of so many elements is a whole number of blocks. */
    public boolean fits(long elements) {
        return elements >= 0 && elements % blockElements == 0;
    }

    /**
     * Bytes of a row.
     *
     * @param elements columns of the row, a multiple of {@link #blockElements()}
     * @throws IllegalArgumentException when the row is negative or no whole number of blocks
     * @throws ArithmeticException when the size exceeds a {@code long}
     */
    public long rowBytes(long elements) {
        if (!fits(elements)) {
            throw new IllegalArgumentException(
                    "A row of " + elements + " elements is not a multiple of " + blockElements + ", the block size of "
                            + ggmlName + "; choose a type whose block size divides it.");
        }
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }

    /**
     * Bytes of a whole tensor.
     *
     * @throws IllegalArgumentException when the shape's rows are no whole number of blocks
     * @throws ArithmeticException when the size exceeds a {@code long}
     */
    public long bytes(TensorShape shape) {
        return Math.multiplyExact(rowBytes(shape.columns()), shape.rows());
    }

    /** The type with this number, or nothing when no type of today has it. */
    public static Optional<TensorType> fromCode(int code) {
        return code < 0 || code >= BY_CODE.length ? Optional.empty() : Optional.ofNullable(BY_CODE[code]);
    }

    /** The type with this name, in upper or lower case ({@code Q4_K}, {@code q4_k}). */
    public static Optional<TensorType> fromName(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (TensorType type : values()) {
            if (type.ggmlName.toLowerCase(Locale.ROOT).equals(wanted)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** For the number of a type that ggml once had and removed: which it was and what to use instead. */
    public static Optional<String> removed(int code) {
        return switch (code) {
            case 4 -> Optional.of("q4_2, which ggml removed; convert the model again, for example to q4_0");
            case 5 -> Optional.of("q4_3, which ggml removed; convert the model again, for example to q4_1");
            case 31 -> Optional.of("q4_0_4_4, which ggml removed; use q4_0, which is repacked at load");
            case 32 -> Optional.of("q4_0_4_8, which ggml removed; use q4_0, which is repacked at load");
            case 33 -> Optional.of("q4_0_8_8, which ggml removed; use q4_0, which is repacked at load");
            case 36 -> Optional.of("iq4_nl_4_4, which ggml removed; use iq4_nl, which is repacked at load");
            case 37 -> Optional.of("iq4_nl_4_8, which ggml removed; use iq4_nl, which is repacked at load");
            case 38 -> Optional.of("iq4_nl_8_8, which ggml removed; use iq4_nl, which is repacked at load");
            default -> Optional.empty();
        };
    }

    private static TensorType[] byCode() {
        TensorType[] values = values();
        TensorType[] table = new TensorType[values[values.length - 1].code + 1];
        for (TensorType type : values) {
            table[type.code] = type;
        }
        return table;
    }
}
