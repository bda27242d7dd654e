package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.tokenizer.ByteLetters;
import io.shearling.convert.tokenizer.PreTokenizerSteps;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Byte-level BPE. All tokens are in the vocabulary, so that each keeps its number whatever is between. */
final class BytePairs implements TokenizerForm {
    /** Those for which llama.cpp puts a token before each text if nothing says otherwise. */
    private static final Set<String> BEGINNING = Set.of("llama3", "llama-v3", "llama-bpe", "tekken");

    private final TokenList tokens;
    private final Optional<GgufArray> merges;
    private final String name;
    private final PreTokenizerSteps steps;
    private final boolean phi;

    private BytePairs(TokenList tokens, Optional<GgufArray> merges, String name, PreTokenizerSteps steps, boolean phi) {
        this.phi = phi;
        this.tokens = tokens;
        this.merges = merges;
        this.name = name;
        this.steps = steps;
    }

    static BytePairs of(GgufModel model) {
        String name = model.metadata().findString("tokenizer.ggml.pre").orElse("default");
        PreTokenizerSteps steps = PreTokenizerSteps.of(name)
                .orElseThrow(() -> new ConvertException(
                        Kind.TOKENIZER,
                        model.name(),
                        "it cuts texts as \"" + name + "\", and which steps that are in a tokenizer.json is not known",
                        "take the tokenizer's files from the checkpoint that the file was made of"));
        return new BytePairs(
                TokenList.of(model),
                model.metadata().findArray("tokenizer.ggml.merges"),
                name,
                steps,
                model.architecture().equals("phi3"));
    }

    @Override
    public JsonValue normalizer() {
        return steps.normalizer();
    }

    @Override
    public JsonValue preTokenizer() {
        return steps.preTokenizer();
    }

    @Override
    public JsonValue decoder() {
        return JsonValue.object("type", "ByteLevel", "add_prefix_space", true, "trim_offsets", true, "use_regex", true);
    }

    @Override
    public String text(int id) {
        return tokens.text(id);
    }

    @Override
    public boolean normalized(int id) {
        // Of others converters take the letters for bytes.
        return !ByteLetters.decode(text(id)).equals(text(id));
    }

    @Override
    public boolean configured(int id) {
        return true;
    }

    @Override
    public boolean beginsByDefault() {
        return BEGINNING.contains(name);
    }

    @Override
    public void model(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "BPE");
        for (String none : new String[] {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"}) {
            json.writeNullField(none);
        }
        json.writeBooleanField("fuse_unk", false);
        json.writeBooleanField("byte_fallback", false);
        json.writeBooleanField("ignore_merges", steps.wholeWords());
        TokenizerJsonFile.vocabulary(tokens, this, json);
        json.writeArrayFieldStart("merges");
        for (int i = 0; i < merges.map(GgufArray::size).orElse(0); i++) {
            json.writeString(merges.get().string(i));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    @Override
    public String tokenizerClass() {
        // By this name converters tell Phis with byte-level BPE from the others.
        return phi ? "GPT2Tokenizer" : TokenizerForm.super.tokenizerClass();
    }

    @Override
    public void files(Path folder) {
        // All of it is in tokenizer.json.
    }
}
