package io.shearling.convert;

import io.shearling.formats.model.FileType;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The type that the weights of an output get; norms, biases and other small tensors stay f32. */
public enum OutputType {
    F32(TensorType.F32, FileType.ALL_F32),
    F16(TensorType.F16, FileType.F16),
    BF16(TensorType.BF16, FileType.BF16),
    Q8_0(TensorType.Q8_0, FileType.Q8_0);

    private final TensorType tensorType;
    private final FileType fileType;

    OutputType(TensorType tensorType, FileType fileType) {
        this.tensorType = tensorType;
        this.fileType = fileType;
    }

    /** The type of the weights. */
    public TensorType tensorType() {
        return tensorType;
    }

    /** The type in {@code general.file_type}. */
    public FileType fileType() {
        return fileType;
    }

    /** By its name in either case. */
    public static Optional<OutputType> fromName(String name) {
        return List.of(values()).stream()
                .filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
