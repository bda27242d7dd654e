package io.shearling.convert.tokenizer;

/**
 * A token that is cut out of a text before the model sees it.
 *
 * @param id its number
 * @param content its text
 * @param special whether it steers the model and is not part of a text
 * @param normalized whether it is looked for in the normalized text, not in the text as given
 * @param lstrip whether the white space before it belongs to it
 * @param rstrip whether the white space behind it belongs to it
 * @param singleWord whether it must not touch a letter or digit
 */
record AddedToken(
        int id,
        String content,
        boolean special,
        boolean normalized,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord) {

    /** The token that an object with a content describes. */
    static AddedToken of(int id, JsonPart part) {
        boolean special = part.flag("special", false);
        return new AddedToken(
                id,
                part.text("content"),
                special,
                part.flag("normalized", !special),
                part.flag("lstrip", false),
                part.flag("rstrip", false),
                part.flag("single_word", false));
    }
}
