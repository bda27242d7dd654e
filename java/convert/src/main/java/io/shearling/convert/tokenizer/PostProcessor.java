package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Puts special tokens around the tokens of a text. */
@FunctionalInterface
interface PostProcessor {
    /** All tokens. */
    int[] wrap(int[] ids);

    /** The step that a part of a file describes. */
    static PostProcessor of(JsonPart part) {
        return switch (part.type()) {
            case "Sequence" -> {
                List<PostProcessor> steps =
                        part.parts("processors").stream().map(PostProcessor::of).toList();
                yield ids -> {
                    int[] wrapped = ids;
                    for (PostProcessor step : steps) {
                        wrapped = step.wrap(wrapped);
                    }
                    return wrapped;
                };
            }
            case "ByteLevel" -> ids -> ids;
            case "TemplateProcessing" -> template(part);
            case "RobertaProcessing", "BertProcessing" -> around(number(part, "cls"), number(part, "sep"));
            default -> throw part.unknown();
        };
    }

    private static PostProcessor around(int first, int last) {
        return ids -> {
            Ids wrapped = new Ids();
            wrapped.add(first);
            wrapped.addAll(ids);
            wrapped.add(last);
            return wrapped.toArray();
        };
    }

    private static PostProcessor template(JsonPart part) {
        // The numbers to put here; none where the text goes.
        List<int[]> places = new ArrayList<>();
        for (JsonPart place : part.parts("single")) {
            if (place.findPart("Sequence").isPresent()) {
                places.add(new int[0]);
            } else {
                String name = place.part("SpecialToken").text("id");
                places.add(numbers(part.part("special_tokens").part(name)));
            }
        }
        return ids -> {
            Ids wrapped = new Ids();
            for (int[] place : places) {
                wrapped.addAll(place.length == 0 ? ids : place);
            }
            return wrapped.toArray();
        };
    }

    private static int[] numbers(JsonPart token) {
        int[] ids = token.fields().find("ids").flatMap(JsonValue::items).orElse(List.of()).stream()
                .mapToInt(value -> number(token, value))
                .toArray();
        if (ids.length == 0) {
            throw token.fault("has no ids");
        }
        return ids;
    }

    /** The number of a pair of text and number. */
    private static int number(JsonPart part, String name) {
        List<JsonValue> pair =
                part.fields().find(name).flatMap(JsonValue::items).orElse(List.of());
        if (pair.size() != 2) {
            throw part.fault("has no pair \"" + name + "\"");
        }
        return number(part, pair.get(1));
    }

    private static int number(JsonPart part, JsonValue value) {
        return value.integer()
                .filter(id -> id >= 0 && id < Vocabulary.MAX_TOKENS)
                .map(Long::intValue)
                .orElseThrow(() -> part.fault("has a token without a number"));
    }
}
