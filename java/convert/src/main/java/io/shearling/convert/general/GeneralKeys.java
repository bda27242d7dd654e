package io.shearling.convert.general;

import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The keys {@code general.*} but for the architecture and the type of the file, in upstream's order. */
public final class GeneralKeys {
    private static final String SAMPLING = "general.sampling.";

    private GeneralKeys() {}

    /**
     * Puts them.
     *
     * @param name the user's name for the model; without one it is found out
     */
    public static void put(
            Checkpoint checkpoint, Optional<String> name, ParameterCount parameters, GgufMetadata.Builder metadata) {
        metadata.put("general.type", "model");
        JsonFile.readIfSound(checkpoint.folder().resolve("generation_config.json"))
                .ifPresent(config -> sampling(config, metadata));
        List<ModelName> names = names(checkpoint, parameters.total());
        metadata.put(
                "general.name",
                name.or(() -> first(names, one -> Optional.of(one.name()))).orElse("model"));
        put(metadata, "general.version", first(names, ModelName::version));
        put(metadata, "general.organization", first(names, ModelName::organization));
        put(metadata, "general.finetune", first(names, ModelName::finetune));
        put(metadata, "general.basename", first(names, ModelName::base));
        metadata.put("general.size_label", first(names, ModelName::size).orElseGet(() -> SizeLabel.of(parameters)));
    }

    /** The name that the checkpoint was saved under, where it is that of a repository, then that of the folder. */
    private static List<ModelName> names(Checkpoint checkpoint, long parameters) {
        List<ModelName> names = new ArrayList<>();
        checkpoint
                .config()
                .raw()
                .find("_name_or_path")
                .flatMap(JsonValue::text)
                .filter(text ->
                        !text.isBlank() && text.chars().filter(c -> c == '/').count() <= 1)
                .ifPresent(text -> names.add(ModelName.of(text, parameters)));
        Path folder = checkpoint.folder().toAbsolutePath().normalize().getFileName();
        if (folder != null) {
            names.add(ModelName.of(folder.toString(), parameters));
        }
        return names;
    }

    private static Optional<String> first(List<ModelName> names, Function<ModelName, Optional<String>> what) {
        return names.stream().map(what).flatMap(Optional::stream).findFirst();
    }

    private static void put(GgufMetadata.Builder metadata, String key, Optional<String> value) {
        value.ifPresent(text -> metadata.put(key, text));
    }

    private static void sampling(JsonValue.Fields config, GgufMetadata.Builder metadata) {
        put(metadata, SAMPLING + "sequence", config.find("sequence").flatMap(JsonValue::text));
        integer(config, "top_k", "top_k", metadata);
        number(config, "top_p", "top_p", metadata);
        number(config, "min_p", "min_p", metadata);
        number(config, "xtc_probability", "xtc_probability", metadata);
        number(config, "xtc_threshold", "xtc_threshold", metadata);
        number(config, "temperature", "temp", metadata);
        integer(config, "penalty_last_n", "penalty_last_n", metadata);
        number(
                config,
                config.find("penalty_repeat").isPresent() ? "penalty_repeat" : "repetition_penalty",
                "penalty_repeat",
                metadata);
        integer(config, "mirostat", "mirostat", metadata);
        number(config, "mirostat_tau", "mirostat_tau", metadata);
        number(config, "mirostat_eta", "mirostat_eta", metadata);
    }

    private static void number(JsonValue.Fields config, String name, String key, GgufMetadata.Builder metadata) {
        config.find(name)
                .flatMap(JsonValue::number)
                .ifPresent(value ->
                        metadata.put(SAMPLING + key, new GgufFloat(GgufValueType.F32, (float) (double) value)));
    }

    private static void integer(JsonValue.Fields config, String name, String key, GgufMetadata.Builder metadata) {
        config.find(name)
                .flatMap(JsonValue::integer)
                .filter(value -> value == (int) (long) value)
                .ifPresent(value -> metadata.put(SAMPLING + key, new GgufInteger(GgufValueType.I32, value)));
    }
}
