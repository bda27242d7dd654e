package io.shearling.convert.export;

import io.shearling.formats.safetensors.SafetensorsType;

/**
 * How a GGUF file is exported. Weights that are floats stay what they are, whatever is chosen here.
 *
 * @param quantized what quantized weights become, {@link SafetensorsType#BF16} or {@link SafetensorsType#F32}
 * @param shardBytes how large a file of tensors may be, in bytes; a tensor that is larger has a file of its own
 */
public record ExportOptions(SafetensorsType quantized, long shardBytes) {
    /** Quantized weights to bf16, files of 5 GB. */
    public static final ExportOptions DEFAULT = new ExportOptions(SafetensorsType.BF16, 5_000_000_000L);

    /** Checks the values. */
    public ExportOptions {
        if (quantized != SafetensorsType.BF16 && quantized != SafetensorsType.F32) {
            throw new IllegalArgumentException("Quantized weights become BF16 or F32, not " + quantized + ".");
        }
        if (shardBytes <= 0) {
            throw new IllegalArgumentException("A file of " + shardBytes + " bytes can hold no tensor.");
        }
    }
}
