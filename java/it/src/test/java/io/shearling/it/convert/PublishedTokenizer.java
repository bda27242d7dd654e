package io.shearling.it.convert;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The {@code tokenizer.json} of models that cannot be exported, made of the vocabulary in a GGUF file and of the steps that the
 * published one has.
 */
final class PublishedTokenizer {
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private final GgufMetadata keys;
    private final GgufArray texts;
    private final GgufArray types;
    private final JsonGenerator json;

    private PublishedTokenizer(GgufMetadata keys, JsonGenerator json) {
        this.keys = keys;
        this.json = json;
        texts = keys.array("tokenizer.ggml.tokens");
        types = keys.array("tokenizer.ggml.token_type");
    }

    /** Writes that of Gemma 4 (google/gemma-4): BPE with tokens of bytes, and the words of a text stay together. */
    static Path gemma4(GgufMetadata keys, Path folder) throws IOException {
        try (JsonGenerator json = generator(folder)) {
            PublishedTokenizer tokenizer = new PublishedTokenizer(keys, json);
            tokenizer.begin();
            tokenizer.raw("normalizer", "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}");
            tokenizer.raw(
                    "pre_tokenizer",
                    "{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"MergedWithPrevious\",\"invert\":false}");
            tokenizer.raw(
                    "decoder",
                    "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Replace\",\"pattern\":{\"String\":\"▁\"},"
                            + "\"content\":\" \"},{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"}]}");
            tokenizer.merges();
        }
        return folder;
    }

    /** Writes that of XLM-RoBERTa (FacebookAI/xlm-roberta-base), which Nomic's models of experts have: Unigram. */
    static Path unigram(GgufMetadata keys, Path folder) throws IOException {
        try (JsonGenerator json = generator(folder)) {
            PublishedTokenizer tokenizer = new PublishedTokenizer(keys, json);
            tokenizer.begin();
            String charsmap =
                    Base64.getEncoder().encodeToString(bytes(keys.array("tokenizer.ggml.precompiled_charsmap")));
            tokenizer.raw("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + charsmap + "\"}");
            tokenizer.raw(
                    "pre_tokenizer",
                    "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},"
                            + "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}]}");
            tokenizer.raw(
                    "decoder",
                    "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}");
            tokenizer.scores();
        }
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\":\"<s>\",\"eos_token\":\"</s>\",\"unk_token\":\"<unk>\",\"sep_token\":\"</s>\","
                        + "\"pad_token\":\"<pad>\",\"cls_token\":\"<s>\",\"mask_token\":\"<mask>\"}");
        return folder;
    }

    private static JsonGenerator generator(Path folder) throws IOException {
        return new JsonFactory()
                .createGenerator(
                        Files.createDirectories(folder)
                                .resolve("tokenizer.json")
                                .toFile(),
                        JsonEncoding.UTF8);
    }

    private void raw(String name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value);
    }

    private void begin() throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("added_tokens");
        for (int id = 0; id < texts.size(); id++) {
            long type = types.integer(id);
            if (type == UNKNOWN || type == CONTROL || type == USER_DEFINED) {
                json.writeStartObject();
                json.writeNumberField("id", id);
                json.writeStringField("content", texts.string(id));
                for (String none : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                    json.writeBooleanField(none, false);
                }
                json.writeBooleanField("special", type != USER_DEFINED);
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private void merges() throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        json.writeStringField("unk_token", "<unk>");
        json.writeBooleanField("fuse_unk", true);
        json.writeBooleanField("byte_fallback", true);
        json.writeObjectFieldStart("vocab");
        for (int id = 0; id < texts.size(); id++) {
            json.writeNumberField(texts.string(id), id);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        GgufArray merges = keys.array("tokenizer.ggml.merges");
        for (int rank = 0; rank < merges.size(); rank++) {
            json.writeString(merges.string(rank));
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void scores() throws IOException {
        GgufArray scores = keys.array("tokenizer.ggml.scores");
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "Unigram");
        json.writeNumberField("unk_id", keys.integer("tokenizer.ggml.unknown_token_id"));
        json.writeArrayFieldStart("vocab");
        // Behind the last there are only numbers without a token.
        for (int id = 0; id < texts.size() && types.integer(id) != UNUSED; id++) {
            json.writeStartArray();
            json.writeString(texts.string(id));
            json.writeNumber((float) scores.number(id));
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static byte[] bytes(GgufArray array) {
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) array.integer(i);
        }
        return bytes;
    }
}
