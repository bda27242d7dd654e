package io.shearling.convert.tokenizer;

import java.util.List;
import java.util.Locale;

/** Writes spaces as a letter, and the beginning of a text as if a space were before it. */
record Metaspace(String letter, Prefix prefix, boolean split) implements PreTokenizer {
    /** The letter of SentencePiece. */
    static final String LETTER = "▁";

    /** Where a letter is put that is not there. */
    enum Prefix {
        ALWAYS,
        FIRST,
        NEVER
    }

    static Metaspace of(JsonPart part) {
        // Files of early versions have a truth value instead of the scheme.
        String scheme = part.findText("prepend_scheme")
                .orElse(part.flag("add_prefix_space", true) ? "always" : "never")
                .toUpperCase(Locale.ROOT);
        for (Prefix prefix : Prefix.values()) {
            if (prefix.name().equals(scheme)) {
                return new Metaspace(part.findText("replacement").orElse(LETTER), prefix, part.flag("split", true));
            }
        }
        throw part.fault("has the unknown scheme \"" + Shown.of(scheme) + "\"");
    }

    @Override
    public List<Piece> split(Piece piece) {
        String text = piece.text().replace(" ", letter);
        boolean prefixed = prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && piece.first());
        if (prefixed && !text.startsWith(letter)) {
            text = letter + text;
        }
        Piece whole = new Piece(text, piece.first());
        return split
                ? SplitBehavior.MERGED_WITH_NEXT.split(
                        whole, TextPattern.literal(letter).spans(text))
                : List.of(whole);
    }
}
