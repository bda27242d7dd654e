package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Keys that encoders share. */
final class EncoderKeys {
    private static final KeyRule POOLING = new PoolingKey();

    private EncoderKeys() {}

    /** What upstream writes of every descendant of BERT. */
    static void bert(ModelConfig config, Keys keys) {
        DecoderKeys.COMMON.put(config, keys);
        keys.bool("attention.causal", false);
        POOLING.put(config, keys);
        List<String> labels = labels(config);
        if (!labels.isEmpty()) {
            keys.texts("classifier.output_labels", labels);
        }
    }

    /** The context without the positions that RoBERTa keeps for padding. */
    static void positionsBehindPadding(ModelConfig config, Keys keys) {
        config.integer("max_position_embeddings")
                .ifPresent(length -> keys.u32("context_length", length - paddingPositions(config)));
    }

    /** How many positions stand before that of a text's first token: those up to the padding's number. */
    static long paddingPositions(ModelConfig config) {
        long positions = config.integer("pad_token_id").map(id -> id + 1).orElse(0L);
        if (positions < 0
                || positions >= config.integer("max_position_embeddings").orElse(Long.MAX_VALUE)) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    "its pad_token_id leaves no positions for a text",
                    "fetch the checkpoint again");
        }
        return positions;
    }

    /** The names of a classifier's outputs by number; none for the two that transformers makes up. */
    static List<String> labels(ModelConfig config) {
        Map<String, JsonValue> labels =
                config.fields("id2label").map(JsonValue.Fields::values).orElse(Map.of());
        List<String> names = labels.entrySet().stream()
                .sorted(Comparator.comparingInt(label -> number(label.getKey(), config)))
                .map(label -> label.getValue().text().orElseThrow(() -> noLabels(config)))
                .toList();
        return names.size() == 2 && names.get(0).equals("LABEL_0") ? List.of() : names;
    }

    private static int number(String key, ModelConfig config) {
        if (!key.matches("[0-9]{1,9}")) {
            throw noLabels(config);
        }
        return Integer.parseInt(key);
    }

    private static ConvertException noLabels(ModelConfig config) {
        return new ConvertException(
                Kind.CONFIG, config.file(), "its id2label is no list of names by number", "fetch the checkpoint again");
    }

    /** How many kinds of texts are told apart, where the tokenizer's files do not lead there. */
    static void tokenTypeCount(ModelConfig config, GgufMetadata.Builder metadata) {
        metadata.put(
                "tokenizer.ggml.token_type_count",
                GgufValue.u32(config.integer("type_vocab_size").orElse(1L)));
    }
}
