package io.shearling.recipes.quantize;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeSettings;
import java.util.Optional;

/**
 * How a model is quantized. Immutable.
 *
 * @param preset the mix of types; empty: every tensor keeps its type unless the settings name another
 * @param settings what is wanted beside the preset
 * @param importance how much the columns of the weights matter; empty: all alike
 * @param gptq rounding with error feedback; empty: each weight becomes the nearest value there is
 * @param requantize whether weights that are quantized already may become another type, which loses more than from their originals
 * @param strict whether a tensor whose rows fit no block of its type is refused instead of getting a type of smaller blocks
 * @param threads that read, compute and write
 */
public record QuantizationOptions(
        Optional<QuantizationPreset> preset,
        TypeSettings settings,
        Optional<ColumnImportance> importance,
        Optional<GptqSettings> gptq,
        boolean requantize,
        boolean strict,
        int threads) {
    /** Checks the threads. */
    public QuantizationOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("A quantization has at least one thread, not " + threads + ".");
        }
        settings = settings.withImportance(importance.isPresent());
    }

    /** The mix, with a thread for each processor. */
    public static QuantizationOptions of(QuantizationPreset preset) {
        int threads = Runtime.getRuntime().availableProcessors();
        return new QuantizationOptions(
                Optional.of(preset), TypeSettings.NONE, Optional.empty(), Optional.empty(), false, false, threads);
    }

    /** With what is wanted beside the preset. */
    public QuantizationOptions withSettings(TypeSettings wanted) {
        return new QuantizationOptions(preset, wanted, importance, gptq, requantize, strict, threads);
    }

    /** With importance values. */
    public QuantizationOptions withImportance(ColumnImportance values) {
        return new QuantizationOptions(preset, settings, Optional.of(values), gptq, requantize, strict, threads);
    }

    /** With error feedback. */
    public QuantizationOptions withGptq(GptqSettings feedback) {
        return new QuantizationOptions(
                preset, settings, importance, Optional.of(feedback), requantize, strict, threads);
    }

    /** With leave to quantize what is quantized already. */
    public QuantizationOptions withRequantize() {
        return new QuantizationOptions(preset, settings, importance, gptq, true, strict, threads);
    }

    /** Without types of smaller blocks where rows do not fit. */
    public QuantizationOptions withStrict() {
        return new QuantizationOptions(preset, settings, importance, gptq, requantize, true, threads);
    }

    /** With this many threads. */
    public QuantizationOptions withThreads(int count) {
        return new QuantizationOptions(preset, settings, importance, gptq, requantize, strict, count);
    }
}
