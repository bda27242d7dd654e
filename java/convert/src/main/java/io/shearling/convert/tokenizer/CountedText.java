package io.shearling.convert.tokenizer;

/** A text that lets itself be looked at only so often: a stranger's regular expression may ask for the age of the universe. */
final class CountedText implements CharSequence {
    private final String text;
    private long left;

    CountedText(String text, long looks) {
        this.text = text;
        this.left = looks;
    }

    /** Too many looks. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new Exhausted();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
