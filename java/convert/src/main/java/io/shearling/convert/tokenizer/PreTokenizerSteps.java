package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one of llama.cpp's pre-tokenizers is in a {@code tokenizer.json}: {@link Signature} backwards.
 *
 * @param normalizer of a text, {@code null} in JSON for none
 * @param preTokenizer cuts the normalized text
 * @param wholeWords whether a piece that is a token is taken without merging
 */
public record PreTokenizerSteps(JsonValue normalizer, JsonValue preTokenizer, boolean wholeWords) {
    private static final Pattern STEP =
            Pattern.compile("([A-Za-z]+)(?:\\((.*?)\\))?(?:, (?=[A-Z][A-Za-z]+(?:\\(|,|$))|$)");

    /** That of a name of llama.cpp's, if it is known. */
    public static Optional<PreTokenizerSteps> of(String name) {
        return Signature.line(name).map(PreTokenizerSteps::parse);
    }

    static PreTokenizerSteps parse(String line) {
        List<String> parts = List.of(line.split(" \\| ", -1));
        List<String> before = parts.subList(1, parts.size()).stream()
                .filter(part -> !part.equals("RobertaProcessing"))
                .toList();
        return new PreTokenizerSteps(
                before.size() > 1 ? sequence(before.get(0), "normalizers") : new JsonValue.Null(),
                sequence(before.get(before.size() - 1), "pretokenizers"),
                parts.get(0).contains("whole-words"));
    }

    private static JsonValue sequence(String text, String list) {
        List<JsonValue> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        int at = 0;
        while (at < text.length() && step.find(at) && step.start() == at) {
            steps.add(step(step.group(1), Optional.ofNullable(step.group(2)).orElse("")));
            at = step.end();
        }
        if (at < text.length()) {
            throw new IllegalArgumentException("No steps of a tokenizer: " + text);
        }
        return steps.size() == 1 ? steps.get(0) : JsonValue.object("type", "Sequence", list, steps);
    }

    private static JsonValue step(String type, String settings) {
        return switch (type) {
            case "Split" -> split(settings);
            case "ByteLevel" ->
                JsonValue.object(
                        "type",
                        type,
                        "add_prefix_space",
                        settings.endsWith(" prefix"),
                        "trim_offsets",
                        true,
                        "use_regex",
                        settings.startsWith("words"));
            case "Digits" -> JsonValue.object("type", type, "individual_digits", settings.equals("single"));
            case "Punctuation" -> JsonValue.object("type", type, "behavior", settings);
            default -> {
                if (!settings.isEmpty()) {
                    throw new IllegalArgumentException("Unknown settings of the step " + type + ": " + settings);
                }
                yield JsonValue.object("type", type);
            }
        };
    }

    private static JsonValue split(String settings) {
        boolean inverted = settings.endsWith(" inverted");
        String rest = inverted ? settings.substring(0, settings.length() - " inverted".length()) : settings;
        int space = rest.lastIndexOf(' ');
        String pattern = rest.substring(0, space);
        return JsonValue.object(
                "type",
                "Split",
                "pattern",
                JsonValue.object("Regex", Signature.patterns().getOrDefault(pattern, pattern)),
                "behavior",
                rest.substring(space + 1),
                "invert",
                inverted);
    }
}
