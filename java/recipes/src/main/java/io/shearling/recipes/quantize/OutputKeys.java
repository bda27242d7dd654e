package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.recipes.CalibrationTexts;
import java.util.Optional;

/** The keys of a quantized model: those of the model, in its order, and what llama-quantize puts behind them. */
final class OutputKeys {
    private static final int QUANTIZATION_VERSION = 2;
    private static final String VERSION = "general.quantization_version";
    private static final String ROUNDING = "shearling.quantize.rounding";
    private static final String FILE_TYPE = "general.file_type";

    private OutputKeys() {}

    static GgufMetadata of(GgufMetadata model, QuantizationOptions options) {
        GgufMetadata.Builder keys = GgufMetadata.builder().putAll(model);
        keys.remove("split.no").remove("split.count").remove("split.tensors.count");
        keys.remove(VERSION).put(VERSION, GgufValue.u32(QUANTIZATION_VERSION));
        Optional<GgufValue> fileType = options.preset().isPresent()
                ? options.preset().map(preset -> GgufValue.u32(preset.fileType().code()))
                : model.find(FILE_TYPE);
        fileType.ifPresent(type -> keys.remove(FILE_TYPE).put(FILE_TYPE, type));
        options.importance().ifPresent(importance -> put(importance, keys));
        CalibrationTexts seen =
                options.importance().map(ColumnImportance::calibration).orElse(CalibrationTexts.NONE);
        CalibrationTexts read = options.gptq()
                .map(settings -> CalibrationTexts.of(settings.text()))
                .orElse(CalibrationTexts.NONE);
        options.gptq().ifPresent(settings -> keys.remove(ROUNDING).put(ROUNDING, "gptq"));
        CalibrationTexts.of(model).and(seen).and(read).put(keys);
        return keys.build();
    }

    private static void put(ColumnImportance importance, GgufMetadata.Builder keys) {
        keys.put("quantize.imatrix.file", importance.file());
        if (!importance.texts().isEmpty()) {
            keys.put("quantize.imatrix.dataset", importance.texts().get(0));
        }
        keys.put(
                "quantize.imatrix.entries_count",
                GgufValue.u32(importance.tensors().size()));
        if (importance.chunks() > 0) {
            keys.put("quantize.imatrix.chunks_count", GgufValue.u32(importance.chunks()));
        }
    }
}
