package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a {@code tokenizer.json} as a stream. */
final class TokenizerJsonFile {
    private final TokenizerForm form;
    private final TokenList tokens;
    private final SpecialIds special;

    TokenizerJsonFile(TokenizerForm form, TokenList tokens, SpecialIds special) {
        this.form = form;
        this.tokens = tokens;
        this.special = special;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", "1.0");
        json.writeNullField("truncation");
        json.writeNullField("padding");
        json.writeArrayFieldStart("added_tokens");
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.added(id)) {
                Map<String, JsonValue> token = new LinkedHashMap<>();
                token.put("id", JsonValue.of(id));
                token.putAll(token(id).values());
                JsonTree.write(new JsonValue.Fields(token), json);
            }
        }
        json.writeEndArray();
        field("normalizer", form.normalizer(), json);
        field("pre_tokenizer", form.preTokenizer(), json);
        field("post_processor", postProcessor(), json);
        field("decoder", form.decoder(), json);
        json.writeFieldName("model");
        form.model(json);
        json.writeEndObject();
    }

    private static void field(String name, JsonValue value, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        JsonTree.write(value, json);
    }

    /** An added token, without its number. */
    JsonValue.Fields token(int id) {
        return JsonValue.object(
                "content",
                form.text(id),
                "single_word",
                false,
                "lstrip",
                false,
                "rstrip",
                false,
                "normalized",
                form.normalized(id),
                "special",
                tokens.type(id) != TokenList.USER_DEFINED);
    }

    /** The texts and numbers of all tokens. */
    static void vocabulary(TokenList tokens, TokenizerForm form, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            if (!tokens.hole(id)) {
                json.writeNumberField(form.text(id), id);
            }
        }
        json.writeEndObject();
    }

    /** The tokens around a text, and around two. */
    private JsonValue postProcessor() {
        Optional<Integer> begin =
                special.id("bos").filter(id -> special.added("bos").orElse(form.beginsByDefault()));
        Optional<Integer> end = special.id("eos")
                .or(() -> form.endsByDefault() ? special.id("sep") : Optional.empty())
                .filter(id -> special.added("eos").orElse(form.endsByDefault()));
        if (begin.isEmpty() && end.isEmpty()) {
            return form instanceof BytePairs
                    ? JsonValue.object(
                            "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", false, "use_regex", false)
                    : new JsonValue.Null();
        }
        List<JsonValue> single = new ArrayList<>();
        List<JsonValue> pair = new ArrayList<>();
        Map<String, JsonValue> used = new LinkedHashMap<>();
        begin.ifPresent(id -> {
            single.add(place(id, 0, used));
            pair.add(place(id, 0, used));
        });
        single.add(sequence("A", 0));
        pair.add(sequence("A", 0));
        if (end.isPresent()) {
            single.add(place(end.get(), 0, used));
            pair.add(place(end.get(), 0, used));
        } else if (special.separatorFirst()) {
            begin.ifPresent(id -> pair.add(place(id, 1, used)));
        }
        pair.add(sequence("B", 1));
        end.ifPresent(id -> pair.add(place(id, 1, used)));
        return JsonValue.object(
                "type",
                "TemplateProcessing",
                "single",
                single,
                "pair",
                pair,
                "special_tokens",
                new JsonValue.Fields(used));
    }

    private JsonValue place(int id, int type, Map<String, JsonValue> used) {
        String text = form.text(id);
        used.put(text, JsonValue.object("id", text, "ids", List.of(id), "tokens", List.of(text)));
        return JsonValue.object("SpecialToken", JsonValue.object("id", text, "type_id", type));
    }

    private static JsonValue sequence(String name, int type) {
        return JsonValue.object("Sequence", JsonValue.object("id", name, "type_id", type));
    }
}
