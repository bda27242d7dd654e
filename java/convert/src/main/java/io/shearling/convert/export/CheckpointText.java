package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.general.ModelCardText;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.model.PoolingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the small files of a checkpoint. */
final class CheckpointText {
    private static final String SAMPLING = "general.sampling.";

    private CheckpointText() {}

    static void write(GgufModel model, JsonValue.Fields config, TokenizerExport tokenizer, Path folder) {
        try {
            json(folder.resolve("config.json"), config);
            generation(model.metadata()).ifPresent(file -> json(folder.resolve("generation_config.json"), file));
            pooling(model, folder);
            Optional<String> card = ModelCardText.of(model.metadata(), model.parameters());
            if (card.isPresent()) {
                Files.writeString(folder.resolve("README.md"), card.get());
            }
            tokenizer.write(folder);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    static void json(Path file, JsonValue value) {
        try (JsonGenerator out = TokenizerExport.generator(file)) {
            JsonTree.write(value, out);
            out.writeRaw('\n');
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static ConvertException failed(Path file, IOException cause) {
        return new ConvertException(
                Kind.IO,
                file.toString(),
                "it cannot be written (" + cause + ")",
                "check the disk and the permissions",
                cause);
    }

    /** How texts are generated, where the file says so; the names are those of the keys but for three. */
    private static Optional<JsonValue> generation(GgufMetadata metadata) {
        Map<String, JsonValue> config = new LinkedHashMap<>();
        for (String key : metadata.keys()) {
            if (key.startsWith(SAMPLING)) {
                String name = key.substring(SAMPLING.length());
                config.put(
                        switch (name) {
                            case "temp" -> "temperature";
                            case "penalty_repeat" -> "repetition_penalty";
                            default -> name;
                        },
                        value(metadata.value(key)));
            }
        }
        if (config.isEmpty()) {
            return Optional.empty();
        }
        config.put("do_sample", new JsonValue.Bool(true));
        metadata.findInteger("tokenizer.ggml.bos_token_id")
                .ifPresent(id -> config.put("bos_token_id", JsonValue.of(id)));
        List<Long> ends = new ArrayList<>();
        for (String kind : List.of("eos", "eot", "eom")) {
            metadata.findInteger("tokenizer.ggml." + kind + "_token_id").ifPresent(ends::add);
        }
        if (!ends.isEmpty()) {
            config.put("eos_token_id", JsonValue.of(ends.stream().distinct().toList()));
        }
        return Optional.of(new JsonValue.Fields(config));
    }

    private static JsonValue value(GgufValue value) {
        if (value instanceof GgufInteger integer) {
            return new JsonValue.Int(integer.value());
        }
        return value instanceof GgufFloat
                ? new JsonValue.Real(Double.parseDouble(value.toString()))
                : new JsonValue.Text(value.toString());
    }

    /** The files of sentence-transformers, for models that make one vector of a text. */
    private static void pooling(GgufModel model, Path folder) throws IOException {
        Optional<Long> code = model.integer("pooling_type");
        if (code.isEmpty()) {
            return;
        }
        String mode = switch (PoolingType.fromCode(code.get()).orElse(PoolingType.NONE)) {
            case MEAN -> "mean_tokens";
            case CLS -> "cls_token";
            case LAST -> "lasttoken";
            default -> throw model.fault("its pooling is of the kind " + code.get());
        };
        Map<String, JsonValue> pooling = new LinkedHashMap<>();
        pooling.put("word_embedding_dimension", JsonValue.of(model.count("embedding_length")));
        for (String known : List.of("cls_token", "mean_tokens", "max_tokens", "lasttoken")) {
            pooling.put("pooling_mode_" + known, JsonValue.of(known.equals(mode)));
        }
        json(Files.createDirectory(folder.resolve("1_Pooling")).resolve("config.json"), new JsonValue.Fields(pooling));
        json(
                folder.resolve("modules.json"),
                JsonValue.of(List.of(module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"))));
    }

    private static JsonValue module(int number, String path, String type) {
        return JsonValue.object(
                "idx",
                number,
                "name",
                Integer.toString(number),
                "path",
                path,
                "type",
                "sentence_transformers.models." + type);
    }
}
