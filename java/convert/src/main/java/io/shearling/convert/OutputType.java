package io.shearling.convert;

import io.shearling.formats.model.FileType;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The type that the weights of an output get; norms, biases and other small tensors stay f32. Those from {@link #Q4_0} on are mixes,
 * in which some tensors get more bits ({@link QuantizationPreset}), and need the native library to be written.
 */
public enum OutputType {
    F32(TensorType.F32, FileType.ALL_F32),
    F16(TensorType.F16, FileType.F16),
    BF16(TensorType.BF16, FileType.BF16),
    Q8_0(TensorType.Q8_0, FileType.Q8_0),
    Q4_0(QuantizationPreset.Q4_0),
    Q4_1(QuantizationPreset.Q4_1),
    Q5_0(QuantizationPreset.Q5_0),
    Q5_1(QuantizationPreset.Q5_1),
    Q2_K(QuantizationPreset.Q2_K),
    Q3_K_S(QuantizationPreset.Q3_K_S),
    Q3_K_M(QuantizationPreset.Q3_K_M),
    Q3_K_L(QuantizationPreset.Q3_K_L),
    Q4_K_S(QuantizationPreset.Q4_K_S),
    Q4_K_M(QuantizationPreset.Q4_K_M),
    Q5_K_S(QuantizationPreset.Q5_K_S),
    Q5_K_M(QuantizationPreset.Q5_K_M),
    Q6_K(QuantizationPreset.Q6_K),
    IQ3_S(QuantizationPreset.IQ3_S),
    IQ3_M(QuantizationPreset.IQ3_M),
    IQ4_NL(QuantizationPreset.IQ4_NL),
    IQ4_XS(QuantizationPreset.IQ4_XS);

    private final TensorType tensorType;
    private final FileType fileType;
    private final Optional<QuantizationPreset> preset;

    OutputType(TensorType tensorType, FileType fileType) {
        this.tensorType = tensorType;
        this.fileType = fileType;
        preset = Optional.empty();
    }

    OutputType(QuantizationPreset preset) {
        tensorType = preset.type();
        fileType = preset.fileType();
        this.preset = Optional.of(preset);
    }

    /** The type of most weights. */
    public TensorType tensorType() {
        return tensorType;
    }

    /** The type in {@code general.file_type}. */
    public FileType fileType() {
        return fileType;
    }

    /** The mix, where it is one. */
    public Optional<QuantizationPreset> preset() {
        return preset;
    }

    /** By its name in either case. */
    public static Optional<OutputType> fromName(String name) {
        return List.of(values()).stream()
                .filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
