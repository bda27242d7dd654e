package io.shearling.convert.tokenizer;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Changes a text before it is split. */
@FunctionalInterface
interface TextNormalizer {
    /** The changed text. */
    String normalize(String text);

    /** The step that a part of a file describes. */
    static TextNormalizer of(JsonPart part) {
        return switch (part.type()) {
            case "Sequence" -> {
                List<TextNormalizer> steps = part.parts("normalizers").stream()
                        .map(TextNormalizer::of)
                        .toList();
                yield text -> {
                    String changed = text;
                    for (TextNormalizer step : steps) {
                        changed = step.normalize(changed);
                    }
                    return changed;
                };
            }
            case "NFC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFC);
            case "NFD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case "NFKC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKC);
            case "NFKD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKD);
            case "Lowercase" -> TextNormalizer::lowercase;
            case "StripAccents" -> text -> without(text, Letters::mark);
            case "Strip" -> strip(part.flag("strip_left", true), part.flag("strip_right", true));
            case "Prepend" -> {
                String before = part.text("prepend");
                yield text -> text.isEmpty() ? text : before + text;
            }
            case "Replace" -> replace(part);
            case "BertNormalizer" -> BertNormalizer.of(part);
            case "Precompiled" -> PrecompiledCharacters.of(part);
            case "ByteLevel" -> ByteLetters::encode;
            default -> throw part.unknown();
        };
    }

    /** Letter by letter, so that a sigma at the end of a word is as any other. */
    static String lowercase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints()
                .forEach(letter -> lower.append(Character.toString(letter).toLowerCase(Locale.ROOT)));
        return lower.toString();
    }

    /** The text without some letters. */
    static String without(String text, IntPredicate unwanted) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().filter(unwanted.negate()).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static TextNormalizer replace(JsonPart part) {
        String other = part.text("content");
        TextPattern pattern = TextPattern.of(part);
        return text -> {
            StringBuilder replaced = new StringBuilder(text.length());
            for (Span span : pattern.spans(text)) {
                replaced.append(span.match() ? other : text.substring(span.start(), span.end()));
            }
            return replaced.toString();
        };
    }

    private static TextNormalizer strip(boolean left, boolean right) {
        return text -> {
            int start = 0;
            int end = text.length();
            while (left && start < end && Letters.white(text.charAt(start))) {
                start++;
            }
            while (right && end > start && Letters.white(text.charAt(end - 1))) {
                end--;
            }
            return text.substring(start, end);
        };
    }
}
