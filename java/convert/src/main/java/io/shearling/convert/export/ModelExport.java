package io.shearling.convert.export;

import io.shearling.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How a GGUF file of one architecture becomes a {@code config.json}. The tensors go back by the tables of the conversion.
 *
 * @param architecture the name in {@code general.architecture}
 * @param fits whether a model is of this class, where an architecture has several
 * @param model the class in transformers
 * @param type its {@code model_type}
 * @param rules what else the configuration says, in order
 */
record ModelExport(String architecture, Predicate<GgufModel> fits, String model, String type, List<ConfigRule> rules) {
    static ModelExport of(String architecture, String model, String type, ConfigRule... rules) {
        return new ModelExport(architecture, any -> true, model, type, List.of(rules));
    }

    /** The same for some of the models only. */
    ModelExport when(Predicate<GgufModel> condition) {
        return new ModelExport(architecture, condition, model, type, rules);
    }

    /**
     * The configuration.
     *
     * @param dtype what most weights are stored as, in the words of PyTorch
     */
    JsonValue.Fields config(GgufModel source, String dtype) {
        Map<String, JsonValue> config = new LinkedHashMap<>();
        config.put("architectures", JsonValue.of(List.of(model)));
        config.put("model_type", JsonValue.of(type));
        rules.forEach(rule -> rule.put(source, config));
        for (String kind : List.of("bos", "eos", "pad")) {
            source.metadata()
                    .findInteger("tokenizer.ggml." + (kind.equals("pad") ? "padding" : kind) + "_token_id")
                    .ifPresent(id -> config.put(kind + "_token_id", JsonValue.of(id)));
        }
        config.put("vocab_size", JsonValue.of(source.embeddingRows()));
        config.put("torch_dtype", JsonValue.of(dtype));
        return new JsonValue.Fields(config);
    }
}
