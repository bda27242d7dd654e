package io.shearling.convert.tokenizer;

import java.text.Normalizer;

/** What BERT does to a text: drops controls, sets ideographs apart, takes accents and capitals away. */
record BertNormalizer(boolean cleanText, boolean chineseApart, boolean stripAccents, boolean lowercase)
        implements TextNormalizer {

    static BertNormalizer of(JsonPart part) {
        boolean lowercase = part.flag("lowercase", true);
        return new BertNormalizer(
                part.flag("clean_text", true),
                part.flag("handle_chinese_chars", true),
                // Without a word on accents they go where capitals go.
                part.flag("strip_accents", lowercase),
                lowercase);
    }

    @Override
    public String normalize(String text) {
        String changed = text;
        if (cleanText) {
            changed = clean(changed);
        }
        if (chineseApart) {
            changed = apart(changed);
        }
        if (stripAccents) {
            changed = TextNormalizer.without(
                    Normalizer.normalize(changed, Normalizer.Form.NFD),
                    letter -> Character.getType(letter) == Character.NON_SPACING_MARK);
        }
        return lowercase ? TextNormalizer.lowercase(changed) : changed;
    }

    private static String clean(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints()
                .filter(letter -> letter != 0 && letter != 0xFFFD && !Letters.control(letter))
                .forEach(letter -> kept.appendCodePoint(Letters.white(letter) ? ' ' : letter));
        return kept.toString();
    }

    private static String apart(String text) {
        StringBuilder spaced = new StringBuilder(text.length());
        text.codePoints().forEach(letter -> {
            if (Letters.chinese(letter)) {
                spaced.append(' ').appendCodePoint(letter).append(' ');
            } else {
                spaced.appendCodePoint(letter);
            }
        });
        return spaced.toString();
    }
}
