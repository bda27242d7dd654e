package io.shearling.formats.model;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import java.util.Optional;

/**
 * A description of a model file in a few values.
 *
 * @param version version of the GGUF format
 * @param files how many files the model has: 1, or its parts
 * @param fileBytes bytes of all files together
 * @param name the value of {@code general.name}
 * @param architecture the value of {@code general.architecture}
 * @param fileType the overall type, when the metadata has one that is known
 * @param shape the numbers that decide memory, when the file has layers
 * @param mix tensors, elements and bytes by tensor type
 */
public record ModelSummary(
        int version,
        int files,
        long fileBytes,
        Optional<String> name,
        Optional<String> architecture,
        Optional<FileType> fileType,
        Optional<ModelShape> shape,
        TypeMix mix) {

    /**
     * Describes an open file.
     *
     * @throws io.shearling.formats.gguf.GgufException when a value in the metadata has the wrong type or cannot be
     */
    public static ModelSummary of(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        return new ModelSummary(
                file.version(),
                file.parts().size(),
                file.sizeBytes(),
                metadata.findString("general.name"),
                metadata.findString("general.architecture"),
                metadata.findInteger("general.file_type").stream()
                        .mapToObj(FileType::fromCode)
                        .flatMap(Optional::stream)
                        .findFirst(),
                ModelShape.find(metadata),
                TypeMix.of(file.tensors()));
    }

    /** Parameters of the model: elements of all tensors. */
    public long parameters() {
        return mix.elements();
    }

    /** Bits that a parameter takes on average. */
    public double bitsPerWeight() {
        return mix.bitsPerWeight();
    }
}
