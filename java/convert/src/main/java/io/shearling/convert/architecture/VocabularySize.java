package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many tokens a file has where a model's vocabulary is filled up to a round number. */
public final class VocabularySize {
    private VocabularySize() {}

    /**
     * What a tokenizer is told of the model: {@code config.json}, with the round number where there is one. Upstream computes it
     * from the configuration, and the file cannot be loaded where the checkpoint has fewer or more embeddings; otherwise they count.
     */
    public static JsonValue.Fields told(
            Architecture architecture, ModelConfig config, List<Draft> tensors, boolean upstream) {
        JsonValue.Fields told = config.rawWith("vocab_size", "type_vocab_size");
        long step = architecture.vocabularyStep(config);
        if (step <= 1) {
            return told;
        }
        long computed = (config.count("vocab_size") + step - 1) / step * step;
        long tokens = tensors.stream()
                .filter(tensor -> !upstream && tensor.name().equals("token_embd.weight"))
                .map(Draft::rows)
                .findFirst()
                .orElse(computed);
        Map<String, JsonValue> values = new LinkedHashMap<>(told.values());
        values.put("vocab_size", new JsonValue.Int(tokens));
        return new JsonValue.Fields(values);
    }
}
