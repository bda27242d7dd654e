package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Finds parts of a text. */
@FunctionalInterface
interface TextPattern {
    /** The matches and what lies between them, in order: together the whole text. */
    List<Span> spans(String text);

    /** Each character that meets a condition is a match. */
    static TextPattern characters(IntPredicate condition) {
        return text -> {
            List<Span> spans = new ArrayList<>();
            int last = 0;
            for (int at = 0; at < text.length(); ) {
                int letter = text.codePointAt(at);
                int end = at + Character.charCount(letter);
                if (condition.test(letter)) {
                    if (last < at) {
                        spans.add(new Span(last, at, false));
                    }
                    spans.add(new Span(at, end, true));
                    last = end;
                }
                at = end;
            }
            if (last < text.length()) {
                spans.add(new Span(last, text.length(), false));
            }
            return spans;
        };
    }

    /** Each occurrence of a text is a match. */
    static TextPattern literal(String wanted) {
        return text -> {
            List<Span> spans = new ArrayList<>();
            int last = 0;
            int at = wanted.isEmpty() ? -1 : text.indexOf(wanted);
            while (at >= 0) {
                if (last < at) {
                    spans.add(new Span(last, at, false));
                }
                last = at + wanted.length();
                spans.add(new Span(at, last, true));
                at = text.indexOf(wanted, last);
            }
            if (last < text.length()) {
                spans.add(new Span(last, text.length(), false));
            }
            return spans;
        };
    }

    /** The pattern that a step names: a text, a regular expression, or an object with one of them. */
    static TextPattern of(JsonPart step) {
        JsonValue pattern = step.fields().find("pattern").orElseThrow(() -> step.fault("has no pattern"));
        if (pattern.text().isPresent()) {
            return literal(pattern.text().get());
        }
        JsonPart part = step.part("pattern");
        return part.findText("String")
                .map(TextPattern::literal)
                .orElseGet(() -> BoundedRegex.of(part.text("Regex"), part));
    }
}
