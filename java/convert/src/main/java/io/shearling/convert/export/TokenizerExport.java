package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokenizer of a GGUF file as the files of a checkpoint. */
final class TokenizerExport {
    private static final String GGML = "tokenizer.ggml.";
    private static final String TEMPLATE = "tokenizer.chat_template";

    private final GgufModel model;
    private final SpecialIds special;
    private final TokenList tokens;
    private final TokenizerForm form;
    private final TokenizerJsonFile json;

    private TokenizerExport(GgufModel model, SpecialIds special, TokenizerForm form) {
        this.model = model;
        this.special = special;
        this.form = form;
        tokens = TokenList.of(model);
        json = new TokenizerJsonFile(form, tokens, special);
    }

    /**
     * That of a model.
     *
     * @throws ConvertException when it is of a kind that is not known
     */
    static TokenizerExport of(GgufModel model) {
        SpecialIds special = new SpecialIds(model);
        String kind = model.metadata().string(GGML + "model");
        TokenizerForm form = switch (kind) {
            case "gpt2" -> BytePairs.of(model);
            case "llama" -> Pieces.of(model, special);
            case "bert" -> WordPieces.of(model, special);
            default ->
                throw new ConvertException(
                        Kind.TOKENIZER,
                        model.name(),
                        "its tokenizer is of the kind " + kind,
                        "those that can be exported are gpt2, llama and bert");
        };
        return new TokenizerExport(model, special, form);
    }

    /** Writes all its files. */
    void write(Path folder) throws IOException {
        try (JsonGenerator out = generator(folder.resolve("tokenizer.json"))) {
            json.write(out);
        }
        try (JsonGenerator out = generator(folder.resolve("tokenizer_config.json"))) {
            JsonTree.write(config(), out);
        }
        form.files(folder);
    }

    /** A writer of JSON for people. */
    static JsonGenerator generator(Path file) throws IOException {
        return new JsonFactory()
                .createGenerator(file.toFile(), JsonEncoding.UTF8)
                .setPrettyPrinter(new DefaultPrettyPrinter());
    }

    private JsonValue.Fields config() {
        Map<String, JsonValue> config = new LinkedHashMap<>();
        for (String kind : List.of("bos", "eos", "sep")) {
            special.added(kind).ifPresent(value -> config.put("add_" + kind + "_token", JsonValue.of(value)));
        }
        spacePrefix().ifPresent(value -> config.put("add_prefix_space", JsonValue.of(value)));
        Map<String, JsonValue> added = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.added(id) && form.configured(id)) {
                added.put(Integer.toString(id), json.token(id));
            }
        }
        config.put("added_tokens_decoder", new JsonValue.Fields(added));
        for (String kind : special.configured()) {
            config.put(kind + "_token", JsonValue.of(form.text(special.id(kind).orElseThrow())));
        }
        chatTemplates().ifPresent(template -> config.put("chat_template", template));
        config.put("clean_up_tokenization_spaces", JsonValue.of(form instanceof WordPieces));
        if (form instanceof WordPieces) {
            special.id("bos").ifPresent(id -> config.put("cls_token", JsonValue.of(form.text(id))));
        } else {
            config.put("model_input_names", JsonValue.of(List.of("input_ids", "attention_mask")));
        }
        model.integer("context_length").ifPresent(length -> config.put("model_max_length", JsonValue.of(length)));
        config.put("tokenizer_class", JsonValue.of(form.tokenizerClass()));
        return new JsonValue.Fields(config);
    }

    /** What the tokenizer's files said; architectures that put it themselves do so behind all else. */
    private Optional<Boolean> spacePrefix() {
        List<String> keys = List.copyOf(model.metadata().keys());
        int place = keys.indexOf(GGML + "add_space_prefix");
        return place < keys.indexOf(GGML + "model")
                ? model.metadata().findBool(GGML + "add_space_prefix")
                : Optional.empty();
    }

    private Optional<JsonValue> chatTemplates() {
        GgufMetadata metadata = model.metadata();
        Optional<String> plain = metadata.findString(TEMPLATE);
        List<String> names =
                metadata.findArray(TEMPLATE + "s").map(GgufArray::strings).orElse(List.of());
        if (names.isEmpty()) {
            return plain.map(JsonValue::of);
        }
        List<JsonValue> templates = new ArrayList<>();
        plain.ifPresent(template -> templates.add(JsonValue.object("name", "default", "template", template)));
        for (String name : names) {
            metadata.findString(TEMPLATE + "." + name)
                    .ifPresent(template -> templates.add(JsonValue.object("name", name, "template", template)));
        }
        return Optional.of(JsonValue.of(templates));
    }
}
