package io.shearling.convert.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a {@code tokenizer.json} as a stream, since some have 35 MB. */
final class TokenizerJsonReader {
    private final String file;
    private final Map<String, JsonValue> root = new LinkedHashMap<>();
    private final Map<String, JsonValue> settings = new LinkedHashMap<>();
    private final Vocabulary vocabulary = new Vocabulary();
    private final Merges merges = new Merges();
    private boolean vocabularyRead;
    private boolean scored;
    private boolean modelRead;
    private boolean mergesRead;
    private boolean mergesWait;

    private TokenizerJsonReader(String file) {
        this.file = file;
    }

    static TokenizerJson read(Path path) {
        TokenizerJsonReader reader = new TokenizerJsonReader(path.toString());
        JsonFile.stream(path, Kind.TOKENIZER, reader::document);
        if (reader.mergesWait) {
            // They stood before the vocabulary that says which tokens they are.
            JsonFile.stream(path, Kind.TOKENIZER, reader::mergesOnly);
        }
        return reader.finish();
    }

    private void document(JsonParser json) throws IOException {
        requireObject(json, "the file");
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "model" -> model(json);
                case "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder" ->
                    root.put(name, JsonTree.value(json));
                default -> json.skipChildren();
            }
        }
    }

    private void model(JsonParser json) throws IOException {
        modelRead = true;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fault("the model is no object");
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "vocab" -> vocabulary(json);
                case "merges" -> {
                    if (vocabularyRead) {
                        merges(json);
                    } else {
                        mergesWait = true;
                        json.skipChildren();
                    }
                }
                default -> settings.put(name, JsonTree.value(json));
            }
        }
    }

    private void mergesOnly(JsonParser json) throws IOException {
        json.nextToken();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            if (!name.equals("model")) {
                json.skipChildren();
                continue;
            }
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (field.equals("merges")) {
                    merges(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void vocabulary(JsonParser json) throws IOException {
        vocabularyRead = true;
        if (json.currentToken() == JsonToken.START_ARRAY) {
            scored = true;
            scoredVocabulary(json);
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fault("the vocabulary is no object and no list");
        }
        for (String text = json.nextFieldName(); text != null; text = json.nextFieldName()) {
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw fault("the token \"" + Shown.of(text) + "\" has no number");
            }
            vocabulary.add(text, id(json.getLongValue()));
        }
    }

    private void scoredVocabulary(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            boolean pair = json.currentToken() == JsonToken.START_ARRAY && json.nextToken() == JsonToken.VALUE_STRING;
            String text = pair ? json.getText() : "";
            if (!pair || !json.nextToken().isNumeric()) {
                throw fault("the vocabulary has an entry that is no token with its score");
            }
            id(vocabulary.end());
            vocabulary.addScored(text, json.getDoubleValue());
            if (json.nextToken() != JsonToken.END_ARRAY) {
                throw fault("the token \"" + Shown.of(text) + "\" has more than a score");
            }
        }
    }

    /** Either texts with one space between the two tokens, or pairs. */
    private void merges(JsonParser json) throws IOException {
        mergesRead = true;
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw fault("the merges are no list");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                String merge = json.getText();
                int space = merge.indexOf(' ');
                if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
                    throw fault("the merge \"" + Shown.of(merge) + "\" has not one space");
                }
                merge(merge.substring(0, space), merge.substring(space + 1));
            } else {
                String left = json.currentToken() == JsonToken.START_ARRAY ? json.nextTextValue() : null;
                String right = left == null ? null : json.nextTextValue();
                if (left == null || right == null || json.nextToken() != JsonToken.END_ARRAY) {
                    throw fault("the merges have an entry that is no pair of tokens");
                }
                merge(left, right);
            }
        }
    }

    private void merge(String left, String right) {
        int leftId = vocabulary.id(left);
        int rightId = vocabulary.id(right);
        if (leftId < 0 || rightId < 0) {
            throw fault("the merge of \"" + Shown.of(left) + "\" and \"" + Shown.of(right)
                    + "\" has a part that is no token");
        }
        if (!merges.add(leftId, rightId)) {
            throw fault("there are more merges than any model has");
        }
    }

    private TokenizerJson finish() {
        if (!modelRead || !vocabularyRead) {
            throw fault("there is no model with a vocabulary");
        }
        JsonPart model = new JsonPart(file, "model", new JsonValue.Fields(settings));
        return new TokenizerJson(
                file,
                type(model),
                model,
                vocabulary,
                merges,
                addedTokens(),
                part("normalizer"),
                part("pre_tokenizer"),
                part("post_processor"),
                part("decoder"));
    }

    /** Files of early versions do not name the kind. */
    private ModelType type(JsonPart model) {
        Optional<String> named = model.findText("type");
        ModelType type = scored ? ModelType.UNIGRAM : mergesRead || mergesWait ? ModelType.BPE : ModelType.WORDPIECE;
        if (named.isEmpty() || named.get().equals(type.label())) {
            return type;
        }
        throw fault("the model is of the kind \"" + Shown.of(named.get()) + "\", and its vocabulary is that of "
                + type.label());
    }

    private List<AddedToken> addedTokens() {
        List<AddedToken> tokens = new ArrayList<>();
        JsonPart all = new JsonPart(file, "the file", new JsonValue.Fields(root));
        for (JsonPart part : all.parts("added_tokens")) {
            int id = id(part.findInt("id").orElseThrow(() -> part.fault("has no id")));
            AddedToken token = AddedToken.of(id, part);
            if (!token.content().isEmpty()) {
                tokens.add(token);
            }
        }
        return List.copyOf(tokens);
    }

    private Optional<JsonPart> part(String name) {
        return JsonPart.of(file, name, Optional.ofNullable(root.get(name)));
    }

    private int id(long id) {
        if (id < 0 || id >= Vocabulary.MAX_TOKENS) {
            throw fault("a token has the number " + id + ", and numbers below " + Vocabulary.MAX_TOKENS + " are read");
        }
        return (int) id;
    }

    private void requireObject(JsonParser json, String what) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw fault(what + " is no object");
        }
    }

    private RuntimeException fault(String what) {
        return JsonPart.fault(file, what);
    }
}
