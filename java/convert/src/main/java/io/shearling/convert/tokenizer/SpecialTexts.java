package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonValue;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The texts that the configuration calls special. */
final class SpecialTexts {
    private SpecialTexts() {}

    static Set<String> of(TokenizerFiles files) {
        Set<String> texts = new HashSet<>();
        files.config().ifPresent(part -> collect(part, texts));
        files.find("special_tokens_map.json").flatMap(JsonPart::find).ifPresent(part -> collect(part, texts));
        boolean llama = files.config()
                .flatMap(part -> part.findText("tokenizer_class"))
                .filter(name -> name.startsWith("Llama"))
                .isPresent();
        if (llama) {
            texts.addAll(List.of("<s>", "</s>", "<unk>"));
        }
        return texts;
    }

    private static void collect(JsonPart part, Set<String> texts) {
        for (String kind : List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask")) {
            part.fields().find(kind + "_token").flatMap(SpecialTexts::text).ifPresent(texts::add);
        }
        for (String list : List.of("additional_special_tokens", "extra_special_tokens")) {
            part.fields()
                    .find(list)
                    .ifPresent(value -> items(value).forEach(item -> text(item).ifPresent(texts::add)));
        }
    }

    /** A list, or an object with a name for each. */
    private static Collection<JsonValue> items(JsonValue value) {
        return value.items()
                .<Collection<JsonValue>>map(items -> items)
                .or(() -> value.fields().map(fields -> fields.values().values()))
                .orElse(List.of());
    }

    private static Optional<String> text(JsonValue value) {
        return value.text()
                .or(() ->
                        value.fields().flatMap(fields -> fields.find("content")).flatMap(JsonValue::text));
    }
}
