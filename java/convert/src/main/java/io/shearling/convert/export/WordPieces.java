package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** WordPiece: the mark goes back from what begins a word to what goes on. */
final class WordPieces implements TokenizerForm {
    private final TokenList tokens;
    private final int unknown;
    private final boolean lowerCase;
    private final Optional<Boolean> stripAccents;

    private WordPieces(TokenList tokens, int unknown, boolean lowerCase, Optional<Boolean> stripAccents) {
        this.tokens = tokens;
        this.unknown = unknown;
        this.lowerCase = lowerCase;
        this.stripAccents = stripAccents;
    }

    static WordPieces of(GgufModel model, SpecialIds special) {
        return new WordPieces(
                TokenList.of(model),
                special.id("unk").orElse(100),
                model.metadata().findBool("tokenizer.ggml.normalizer.lowercase").orElse(true),
                model.metadata().findBool("tokenizer.ggml.normalizer.strip_accents"));
    }

    @Override
    public JsonValue normalizer() {
        return JsonValue.object(
                "type",
                "BertNormalizer",
                "clean_text",
                true,
                "handle_chinese_chars",
                true,
                "strip_accents",
                stripAccents.orElse(null),
                "lowercase",
                lowerCase);
    }

    @Override
    public JsonValue preTokenizer() {
        return JsonValue.object("type", "BertPreTokenizer");
    }

    @Override
    public JsonValue decoder() {
        return JsonValue.object("type", "WordPiece", "prefix", "##", "cleanup", true);
    }

    @Override
    public String text(int id) {
        String text = tokens.text(id);
        if (tokens.type(id) == TokenList.CONTROL) {
            return text;
        }
        return text.startsWith(Pieces.SPACE) ? text.substring(1) : "##" + text;
    }

    @Override
    public boolean normalized(int id) {
        return false;
    }

    @Override
    public boolean configured(int id) {
        return true;
    }

    @Override
    public boolean beginsByDefault() {
        return true;
    }

    @Override
    public boolean endsByDefault() {
        return true;
    }

    @Override
    public void model(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "WordPiece");
        json.writeStringField("unk_token", text(unknown));
        json.writeStringField("continuing_subword_prefix", "##");
        json.writeNumberField("max_input_chars_per_word", 100);
        TokenizerJsonFile.vocabulary(tokens, this, json);
        json.writeEndObject();
    }

    @Override
    public void files(Path folder) throws IOException {
        try (Writer lines = Files.newBufferedWriter(folder.resolve("vocab.txt"))) {
            for (int id = 0; id < tokens.size(); id++) {
                lines.write(text(id));
                lines.write('\n');
            }
        }
    }

    @Override
    public String tokenizerClass() {
        return "BertTokenizer";
    }
}
