package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the weights of a checkpoint are quantized, and what they are without it. */
public final class Quantization {
    /** Ends of names that only quantized weights have. */
    private static final List<String> SIGNS =
            List.of(".qweight", ".SCB", ".absmax", ".weight_packed", ".weight_scale", "_scale_inv", "_blocks");

    private Quantization() {}

    /**
     * The tensors of a checkpoint as it would have them without being quantized, in upstream's order.
     *
     * @param upstream whether upstream's known faults are wanted
     * @throws ConvertException when the weights are quantized in a way that is not known, or parts of one are missing or do not fit
     */
    public static List<SourceTensor> undo(Checkpoint checkpoint, ModelConfig config, boolean upstream) {
        Map<String, SourceTensor> stored = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, place) -> stored.put(name, SourceTensor.of(place)));
        Optional<JsonValue.Fields> fields = config.fields("quantization_config")
                .or(() -> config.fields("compression_config"))
                .or(() -> modelOpt(checkpoint));
        if (fields.isEmpty()) {
            stored.keySet().stream().filter(Quantization::sign).findFirst().ifPresent(name -> {
                throw new ConvertException(
                        Kind.CONFIG,
                        config.file(),
                        "the tensor " + name
                                + " is of a quantized weight, and there is no quantization_config that says how",
                        "take the config.json that belongs to these tensors");
            });
            return new ArrayList<>(stored.values());
        }
        Settings settings = new Settings(config.file(), upstream, fields.get());
        return scheme(settings).apply(stored, checkpoint.folder().toString());
    }

    private static boolean sign(String name) {
        return SIGNS.stream().anyMatch(name::endsWith);
    }

    /** ModelOpt once had its settings in a file of their own. */
    private static Optional<JsonValue.Fields> modelOpt(Checkpoint checkpoint) {
        Optional<JsonValue.Fields> file =
                JsonFile.readIfSound(checkpoint.folder().resolve("hf_quant_config.json"));
        return file.flatMap(fields -> fields.find("producer"))
                .flatMap(JsonValue::fields)
                .flatMap(producer -> producer.find("name"))
                .map(name -> new JsonValue.Fields(Map.of("quant_method", name)));
    }

    private static Scheme scheme(Settings settings) {
        String method =
                settings.text("quant_method").orElseGet(() -> unnamed(settings)).toLowerCase(Locale.ROOT);
        return switch (method) {
            case "fp8" -> Fp8.of(settings);
            case "gptq" -> Gptq.of(settings);
            case "awq" -> Awq.of(settings);
            case "bitsandbytes" -> BitsAndBytes.of();
            case "bitnet" -> BitNet.of(settings);
            case "compressed-tensors" -> CompressedTensors.of(settings);
            case "modelopt" -> ModelOpt.of();
            case "mxfp4" -> Mxfp4.of();
            default -> throw settings.fault("the method is " + shown(method) + ", which is not read");
        };
    }

    /** Old checkpoints of bitsandbytes do not name it. */
    private static String unnamed(Settings settings) {
        if (settings.flag("load_in_4bit") || settings.flag("load_in_8bit")) {
            return "bitsandbytes";
        }
        throw settings.fault("no quant_method is named");
    }

    private static String shown(String method) {
        return method.length() <= 40 ? method : method.substring(0, 40) + "…";
    }
}
