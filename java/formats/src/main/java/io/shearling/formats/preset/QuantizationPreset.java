package io.shearling.formats.preset;

import io.shearling.formats.model.FileType;
import io.shearling.formats.tensor.TensorType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A mix of tensor types: most matrices get one, and those that suffer more from it, such as the values of attention and the
 * output, get one with more bits. Those of plain numbers are no mixes. {@link TypePlan} applies it.
 */
public enum QuantizationPreset {
    F32(FileType.ALL_F32, TensorType.F32),
    F16(FileType.F16, TensorType.F16),
    BF16(FileType.BF16, TensorType.BF16),
    Q1_0(FileType.Q1_0, TensorType.Q1_0),
    Q2_0(FileType.Q2_0, TensorType.Q2_0),
    Q4_0(FileType.Q4_0, TensorType.Q4_0),
    Q4_1(FileType.Q4_1, TensorType.Q4_1),
    Q5_0(FileType.Q5_0, TensorType.Q5_0),
    Q5_1(FileType.Q5_1, TensorType.Q5_1),
    Q8_0(FileType.Q8_0, TensorType.Q8_0),
    Q2_K(FileType.Q2_K, TensorType.Q2_K),
    Q2_K_S(FileType.Q2_K_S, TensorType.Q2_K),
    Q3_K_S(FileType.Q3_K_S, TensorType.Q3_K),
    Q3_K_M(FileType.Q3_K_M, TensorType.Q3_K),
    Q3_K_L(FileType.Q3_K_L, TensorType.Q3_K),
    Q4_K_S(FileType.Q4_K_S, TensorType.Q4_K),
    Q4_K_M(FileType.Q4_K_M, TensorType.Q4_K),
    Q5_K_S(FileType.Q5_K_S, TensorType.Q5_K),
    Q5_K_M(FileType.Q5_K_M, TensorType.Q5_K),
    Q6_K(FileType.Q6_K, TensorType.Q6_K),
    IQ1_S(FileType.IQ1_S, TensorType.IQ1_S),
    IQ1_M(FileType.IQ1_M, TensorType.IQ1_M),
    IQ2_XXS(FileType.IQ2_XXS, TensorType.IQ2_XXS),
    IQ2_XS(FileType.IQ2_XS, TensorType.IQ2_XS),
    IQ2_S(FileType.IQ2_S, TensorType.IQ2_XS),
    IQ2_M(FileType.IQ2_M, TensorType.IQ2_S),
    IQ3_XXS(FileType.IQ3_XXS, TensorType.IQ3_XXS),
    IQ3_XS(FileType.IQ3_XS, TensorType.IQ3_S),
    IQ3_S(FileType.IQ3_S, TensorType.IQ3_S),
    IQ3_M(FileType.IQ3_M, TensorType.IQ3_S),
    IQ4_NL(FileType.IQ4_NL, TensorType.IQ4_NL),
    IQ4_XS(FileType.IQ4_XS, TensorType.IQ4_XS),
    TQ1_0(FileType.TQ1_0, TensorType.TQ1_0),
    TQ2_0(FileType.TQ2_0, TensorType.TQ2_0),
    MXFP4_MOE(FileType.MXFP4_MOE, TensorType.MXFP4);

    private final FileType fileType;
    private final TensorType type;

    QuantizationPreset(FileType fileType, TensorType type) {
        this.fileType = fileType;
        this.type = type;
    }

    /** The type in {@code general.file_type}. */
    public FileType fileType() {
        return fileType;
    }

    /** The type of tensors that no rule makes an exception for. */
    public TensorType type() {
        return type;
    }

    /** The name in either case, as {@code Q4_K_M}; {@code Q4_K} is short for that, and so are Q3_K and Q5_K. */
    public static Optional<QuantizationPreset> fromName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        String full = upper.matches("Q[345]_K") ? upper + "_M" : upper;
        return Arrays.stream(values())
                .filter(preset -> preset.name().equals(full))
                .findFirst();
    }

    /**
     * Whether a tensor of this type can only be made with importance values for its columns; without them the result would be
     * of no use.
     *
     * @param role the part that it plays; the embedding and the output can always be made
     */
    public boolean needsImportance(TensorRole role, TensorType chosen) {
        if (role == TensorRole.TOKEN_EMBEDDING || role == TensorRole.OUTPUT) {
            return false;
        }
        return switch (chosen) {
            case IQ3_XXS, IQ2_XXS, IQ2_XS, IQ2_S, IQ1_M, IQ1_S -> true;
            case Q2_K -> this == Q2_K_S;
            default -> false;
        };
    }
}
