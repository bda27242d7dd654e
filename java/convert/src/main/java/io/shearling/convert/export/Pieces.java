package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * SentencePiece's BPE: as its own file, which has the scores, and as BPE with tokens of bytes and merges in the order of the scores.
 */
final class Pieces implements TokenizerForm {
    /** What SentencePiece writes for a space. */
    static final String SPACE = "▁";

    private final TokenList tokens;
    private final int unknown;
    private final boolean prefix;
    private final SpecialIds special;

    private Pieces(TokenList tokens, int unknown, boolean prefix, SpecialIds special) {
        this.tokens = tokens;
        this.unknown = unknown;
        this.prefix = prefix;
        this.special = special;
    }

    static Pieces of(GgufModel model, SpecialIds special) {
        TokenList tokens = TokenList.of(model);
        if (!tokens.scored()) {
            throw model.fault("its tokens have no scores");
        }
        return new Pieces(
                tokens,
                special.id("unk").orElse(0),
                model.metadata().findBool("tokenizer.ggml.add_space_prefix").orElse(true),
                special);
    }

    @Override
    public JsonValue normalizer() {
        JsonValue replace =
                JsonValue.object("type", "Replace", "pattern", JsonValue.object("String", " "), "content", SPACE);
        return prefix
                ? JsonValue.object(
                        "type",
                        "Sequence",
                        "normalizers",
                        List.of(JsonValue.object("type", "Prepend", "prepend", SPACE), replace))
                : replace;
    }

    @Override
    public JsonValue preTokenizer() {
        return new JsonValue.Null();
    }

    @Override
    public JsonValue decoder() {
        JsonValue replace =
                JsonValue.object("type", "Replace", "pattern", JsonValue.object("String", SPACE), "content", " ");
        JsonValue bytes = JsonValue.object("type", "ByteFallback");
        JsonValue fuse = JsonValue.object("type", "Fuse");
        JsonValue strip = JsonValue.object("type", "Strip", "content", " ", "start", 1, "stop", 0);
        return JsonValue.object(
                "type",
                "Sequence",
                "decoders",
                prefix ? List.of(replace, bytes, fuse, strip) : List.of(replace, bytes, fuse));
    }

    @Override
    public String text(int id) {
        return tokens.text(id);
    }

    @Override
    public boolean normalized(int id) {
        return false;
    }

    @Override
    public boolean configured(int id) {
        // Converters give these the score of added tokens, and take what users defined from there only.
        return (tokens.type(id) == TokenList.CONTROL && tokens.scoredAsAdded(id))
                || (tokens.type(id) == TokenList.USER_DEFINED && !literal(id));
    }

    /** Whether the letter for a space stands for itself, which converters only believe of {@code added_tokens.json}. */
    private boolean literal(int id) {
        return tokens.type(id) == TokenList.USER_DEFINED && text(id).contains(SPACE);
    }

    @Override
    public boolean beginsByDefault() {
        return true;
    }

    @Override
    public void model(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "BPE");
        json.writeNullField("dropout");
        json.writeStringField("unk_token", text(unknown));
        json.writeNullField("continuing_subword_prefix");
        json.writeNullField("end_of_word_suffix");
        json.writeBooleanField("fuse_unk", true);
        json.writeBooleanField("byte_fallback", true);
        json.writeBooleanField("ignore_merges", false);
        TokenizerJsonFile.vocabulary(tokens, this, json);
        json.writeFieldName("merges");
        PieceMerges.of(tokens).write(json);
        json.writeEndObject();
    }

    @Override
    public void files(Path folder) throws IOException {
        PieceModelFile.write(tokens, unknown, prefix, special, folder.resolve("tokenizer.model"));
        Map<String, JsonValue> literals = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (literal(id)) {
                literals.put(text(id), JsonValue.of(id));
            }
        }
        if (!literals.isEmpty()) {
            CheckpointText.json(folder.resolve("added_tokens.json"), new JsonValue.Fields(literals));
        }
    }
}
