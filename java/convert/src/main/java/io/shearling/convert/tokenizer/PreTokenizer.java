package io.shearling.convert.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Splits a piece of a text into smaller ones, which the model then sees one by one. */
@FunctionalInterface
interface PreTokenizer {
    /** The regular expression of GPT-2, which byte-level steps have built in. */
    String GPT2_REGEX = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    /** The pieces, none empty. */
    List<Piece> split(Piece piece);

    /** The step that a part of a file describes. */
    static PreTokenizer of(JsonPart part) {
        return switch (part.type()) {
            case "Sequence" ->
                sequence(part.parts("pretokenizers").stream()
                        .map(PreTokenizer::of)
                        .toList());
            case "Split" ->
                by(
                        part.flag("invert", false) ? inverted(TextPattern.of(part)) : TextPattern.of(part),
                        SplitBehavior.of(part, SplitBehavior.REMOVED));
            case "Digits" ->
                by(
                        TextPattern.characters(Letters::numeric),
                        part.flag("individual_digits", false) ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS);
            case "Punctuation" ->
                by(TextPattern.characters(Letters::punctuation), SplitBehavior.of(part, SplitBehavior.ISOLATED));
            case "Whitespace" -> by(inverted(BoundedRegex.of("\\w+|[^\\w\\s]+", part)), SplitBehavior.REMOVED);
            case "WhitespaceSplit" -> by(TextPattern.characters(Letters::white), SplitBehavior.REMOVED);
            case "CharDelimiterSplit" -> by(TextPattern.literal(part.text("delimiter")), SplitBehavior.REMOVED);
            case "BertPreTokenizer" ->
                sequence(List.of(
                        by(TextPattern.characters(Letters::white), SplitBehavior.REMOVED),
                        by(TextPattern.characters(Letters::punctuation), SplitBehavior.ISOLATED)));
            case "ByteLevel" -> byteLevel(part);
            case "Metaspace" -> Metaspace.of(part);
            default -> throw part.unknown();
        };
    }

    /** Steps one after the other. */
    static PreTokenizer sequence(List<PreTokenizer> steps) {
        return piece -> {
            List<Piece> pieces = List.of(piece);
            for (PreTokenizer step : steps) {
                List<Piece> next = new ArrayList<>();
                for (Piece part : pieces) {
                    next.addAll(step.split(part));
                }
                pieces = next;
            }
            return pieces;
        };
    }

    /** Splits by a pattern. */
    static PreTokenizer by(TextPattern pattern, SplitBehavior behavior) {
        return piece -> behavior.split(piece, pattern.spans(piece.text()));
    }

    private static TextPattern inverted(TextPattern pattern) {
        return text -> pattern.spans(text).stream()
                .map(span -> new Span(span.start(), span.end(), !span.match()))
                .toList();
    }

    private static PreTokenizer byteLevel(JsonPart part) {
        boolean prefix = part.flag("add_prefix_space", true);
        PreTokenizer words =
                part.flag("use_regex", true) ? by(BoundedRegex.of(GPT2_REGEX, part), SplitBehavior.ISOLATED) : List::of;
        return piece -> {
            String text = prefix && !piece.text().startsWith(" ") ? " " + piece.text() : piece.text();
            return words.split(new Piece(text, piece.first())).stream()
                    .map(word -> new Piece(ByteLetters.encode(word.text()), word.first()))
                    .toList();
        };
    }
}
