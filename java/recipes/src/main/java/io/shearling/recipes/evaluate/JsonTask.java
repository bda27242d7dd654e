package io.shearling.recipes.evaluate;

import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.JsonValue.Fields;
import io.shearling.formats.json.JsonValue.Int;
import io.shearling.formats.json.JsonValue.Items;
import io.shearling.formats.json.JsonValue.Text;
import io.shearling.formats.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A task as the data sets of ARC, MMLU and HellaSwag are published, an object a line. */
final class JsonTask {
    private static final StrictJson JSON = StrictJson.within(8, 1 << 20);

    private JsonTask() {}

    /** @throws IllegalArgumentException when it is no task, with what is missing */
    static ChoiceTask read(String line) {
        JsonValue value;
        try {
            value = JsonTree.read(JSON, new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalArgumentException("this is no JSON object", e);
        }
        if (!(value instanceof Fields task)) {
            throw new IllegalArgumentException("this is no JSON object");
        }
        Optional<String> begun = text(task, "ctx");
        if (begun.isPresent()) {
            List<String> endings = texts(find(task, "endings")).stream()
                    .map(text -> " " + text)
                    .toList();
            return ChoiceTask.of(begun.get(), endings, right(task, numbers(endings.size())));
        }
        String question = text(task, "question").orElseThrow(() -> missing("question or ctx"));
        JsonValue choices = find(task, "choices");
        List<String> texts = texts(choices instanceof Fields fields ? find(fields, "text") : choices);
        List<String> labels =
                choices instanceof Fields fields && fields.find("label").isPresent()
                        ? texts(find(fields, "label"))
                        : numbers(texts.size());
        return ChoiceTask.of(
                "Question: " + question + "\nAnswer:",
                texts.stream().map(text -> " " + text).toList(),
                right(task, labels));
    }

    /** The index of the right answer: what is named is a label, else a letter. */
    private static int right(Fields task, List<String> labels) {
        String named = text(task, "answer")
                .or(() -> text(task, "answerKey"))
                .or(() -> text(task, "label"))
                .orElseThrow(() -> missing("answer, answerKey or label"))
                .strip();
        int index = labels.indexOf(named);
        if (index < 0 && named.length() == 1) {
            index = named.charAt(0) - 'A';
        }
        if (index < 0 || index >= labels.size()) {
            throw new IllegalArgumentException("the right answer is \"" + named + "\", which is none of the choices");
        }
        return index;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static JsonValue find(Fields fields, String name) {
        return fields.find(name).orElseThrow(() -> missing(name));
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("the task has no " + name);
    }

    private static Optional<String> text(Fields fields, String name) {
        return fields.find(name).map(JsonTask::text);
    }

    private static String text(JsonValue value) {
        if (value instanceof Text text) {
            return text.value();
        }
        if (value instanceof Int number) {
            return Long.toString(number.value());
        }
        throw new IllegalArgumentException("a text or number is expected where there is something else");
    }

    private static List<String> texts(JsonValue value) {
        if (!(value instanceof Items items)) {
            throw new IllegalArgumentException("the choices are no list");
        }
        List<String> texts = new ArrayList<>();
        items.values().forEach(item -> texts.add(text(item)));
        return texts;
    }
}
