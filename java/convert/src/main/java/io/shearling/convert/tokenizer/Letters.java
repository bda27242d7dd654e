package io.shearling.convert.tokenizer;

/** The classes of characters that tokenizers know. */
final class Letters {
    private Letters() {}

    /** White space as Unicode has it; Java's own classes leave out the no-break spaces. */
    static boolean white(int letter) {
        return letter == 0x85 || (letter >= 0x9 && letter <= 0xD) || Character.isSpaceChar(letter);
    }

    /** Any kind of number. */
    static boolean numeric(int letter) {
        int type = Character.getType(letter);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** Punctuation of Unicode, and all signs of ASCII. */
    static boolean punctuation(int letter) {
        if (letter < 0x80) {
            return letter > ' ' && letter < 0x7F && !Character.isLetterOrDigit(letter);
        }
        return switch (Character.getType(letter)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** What BERT drops: controls other than tab and line ends, formats, private letters. */
    static boolean control(int letter) {
        if (letter == '\t' || letter == '\n' || letter == '\r') {
            return false;
        }
        int type = Character.getType(letter);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.PRIVATE_USE;
    }

    /** The ideographs that BERT takes one by one. */
    static boolean chinese(int letter) {
        return (letter >= 0x4E00 && letter <= 0x9FFF)
                || (letter >= 0x3400 && letter <= 0x4DBF)
                || (letter >= 0x20000 && letter <= 0x2A6DF)
                || (letter >= 0x2A700 && letter <= 0x2B73F)
                || (letter >= 0x2B740 && letter <= 0x2B81F)
                || (letter >= 0x2B920 && letter <= 0x2CEAF)
                || (letter >= 0xF900 && letter <= 0xFAFF)
                || (letter >= 0x2F800 && letter <= 0x2FA1F);
    }

    /** A mark of any kind. */
    static boolean mark(int letter) {
        int type = Character.getType(letter);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    /** A letter, digit, mark or underscore. */
    static boolean word(int letter) {
        int type = Character.getType(letter);
        return Character.isAlphabetic(letter)
                || mark(letter)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.CONNECTOR_PUNCTUATION
                || letter == 0x200C
                || letter == 0x200D;
    }
}
