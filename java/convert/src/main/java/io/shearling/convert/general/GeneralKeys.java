package io.shearling.convert.general;

import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys {@code general.*} but for the architecture and the type of the file, in upstream's order. */
public final class GeneralKeys {
    private static final String SAMPLING = "general.sampling.";

    /** What is said of a base model or dataset, in upstream's order. */
    private static final List<String> RELATIVE =
            List.of("name", "author", "version", "organization", "description", "url", "doi", "uuid", "repo_url");

    private GeneralKeys() {}

    /**
     * Puts them.
     *
     * @param name the user's name for the model; without one it is found out
     */
    public static void put(
            Checkpoint checkpoint, Optional<String> name, ParameterCount parameters, GgufMetadata.Builder metadata) {
        metadata.put("general.type", "model");
        put(
                checkpoint.folder(),
                checkpoint.config().raw(),
                name,
                parameters.total(),
                Optional.of(parameters),
                metadata);
    }

    /**
     * Puts those of an adapter, and {@code adapter.type} among them.
     *
     * @param folder the adapter's
     * @param name the user's name for it; without one it is found out
     * @param parameters that it changes
     */
    public static void putAdapter(Path folder, Optional<String> name, long parameters, GgufMetadata.Builder metadata) {
        metadata.put("general.type", "adapter").put("adapter.type", "lora");
        JsonValue.Fields config =
                JsonFile.readIfSound(folder.resolve("config.json")).orElse(new JsonValue.Fields(Map.of()));
        // It need not change all of the model, so its size is not the model's.
        put(folder, config, name, -parameters, Optional.empty(), metadata);
    }

    private static void put(
            Path folder,
            JsonValue.Fields config,
            Optional<String> name,
            long parameters,
            Optional<ParameterCount> count,
            GgufMetadata.Builder metadata) {
        JsonFile.readIfSound(folder.resolve("generation_config.json"))
                .ifPresent(sampling -> sampling(sampling, metadata));
        List<ModelName> names = names(folder, config, parameters);
        ModelCard card = ModelCard.of(folder);
        metadata.put(
                "general.name",
                name.or(() -> card.text("name", "model_name"))
                        .or(() -> first(names, one -> Optional.of(one.name())))
                        .orElse("model"));
        put(metadata, "general.author", card.text("author", "model_author", "model_creator"));
        put(
                metadata,
                "general.version",
                card.text("version", "model_version").or(() -> first(names, ModelName::version)));
        put(
                metadata,
                "general.organization",
                card.text("organization", "model_organization").or(() -> first(names, ModelName::organization)));
        put(
                metadata,
                "general.finetune",
                card.text("finetune", "model_finetune").or(() -> first(names, ModelName::finetune)));
        put(
                metadata,
                "general.basename",
                card.text("basename", "model_basename", "model_type").or(() -> first(names, ModelName::base)));
        put(metadata, "general.description", card.text("description", "model_description"));
        put(
                metadata,
                "general.size_label",
                card.text("size_label", "model_size_label")
                        .or(() -> first(names, ModelName::size))
                        .or(() -> count.map(SizeLabel::of)));
        cardKeys(card, parameters, metadata);
    }

    private static void cardKeys(ModelCard card, long parameters, GgufMetadata.Builder metadata) {
        put(metadata, "general.license", card.text("license"));
        put(metadata, "general.license.name", card.text("license_name"));
        put(metadata, "general.license.link", card.text("license_link"));
        put(metadata, "general.source.url", card.text("url", "model_url"));
        put(metadata, "general.source.doi", card.text("doi", "model_doi"));
        put(metadata, "general.source.uuid", card.text("uuid", "model_uuid"));
        put(metadata, "general.source.repo_url", card.text("repo_url", "model_repo_url"));
        relatives(
                metadata,
                "general.base_model.",
                card.relatives(parameters, "base_model", "base_models", "base_model_sources"));
        relatives(metadata, "general.dataset.", card.relatives(parameters, "datasets", "dataset", "dataset_sources"));
        texts(metadata, "general.tags", card.texts("tags", "pipeline_tag"));
        texts(metadata, "general.languages", card.texts("languages", "language"));
    }

    private static void relatives(GgufMetadata.Builder metadata, String prefix, List<Map<String, String>> relatives) {
        if (relatives.isEmpty()) {
            return;
        }
        metadata.put(prefix + "count", new GgufInteger(GgufValueType.U32, relatives.size()));
        for (int i = 0; i < relatives.size(); i++) {
            for (String field : RELATIVE) {
                put(
                        metadata,
                        prefix + i + "." + field,
                        Optional.ofNullable(relatives.get(i).get(field)));
            }
        }
    }

    private static void texts(GgufMetadata.Builder metadata, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            metadata.put(key, GgufArray.ofStrings(texts));
        }
    }

    /** The name that the checkpoint was saved under, where it is that of a repository, then that of the folder. */
    private static List<ModelName> names(Path place, JsonValue.Fields config, long parameters) {
        List<ModelName> names = new ArrayList<>();
        config.find("_name_or_path")
                .flatMap(JsonValue::text)
                .filter(text ->
                        !text.isBlank() && text.chars().filter(c -> c == '/').count() <= 1)
                .ifPresent(text -> names.add(ModelName.of(text, parameters)));
        Path folder = place.toAbsolutePath().normalize().getFileName();
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
