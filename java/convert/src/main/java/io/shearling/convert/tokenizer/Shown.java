package io.shearling.convert.tokenizer;

/** Texts of strangers in messages: short, and without control characters. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    static String of(String text) {
        return of(text, LONGEST);
    }

    /** The same of a text that may be so many code points long. */
    static String of(String text, int longest) {
        String part = text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
        return part.replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Cf}]", "?");
    }
}
