package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.speed.SpeedProbe;
import io.shearling.runtime.Tokenizer;
import java.util.Arrays;

/**
 * A text in two: what the search sees, and what the choices are verified on.
 *
 * @param search the first part
 * @param searchChunks of it that each group is measured on
 * @param importanceChunks of it that importance is collected over
 * @param verification what follows
 * @param verificationChunks of it
 * @param probe that reads the beginning of the text
 */
record TextParts(
        Text search,
        int searchChunks,
        int importanceChunks,
        Text verification,
        int verificationChunks,
        SpeedProbe probe) {
    /** Two for importance, of which one is for the search too, one to verify, and one that the cut may cost. */
    private static final int LEAST_CHUNKS = 4;

    /**
     * Cuts a text at a blank, or between two characters where none is near. A text that is too short for what is wanted is used up:
     * two thirds of what is not for importance are for the verification.
     *
     * @throws RecipeException when it has less than four chunks
     */
    static TextParts of(Text text, Tokenizer tokenizer, BudgetOptions options) {
        int context = options.contextTokens();
        int tokens = tokens(text.text(), tokenizer);
        int there = tokens / context;
        if (there < LEAST_CHUNKS) {
            throw new RecipeException(
                    Kind.TEXT,
                    text.name(),
                    "it has " + tokens + " tokens, which are " + there + " chunks of " + context + ", and "
                            + LEAST_CHUNKS + " are needed at least",
                    "give a longer text, or shorter chunks with --ctx");
        }
        int verification = Math.min(options.verificationChunks(), (there - 1) / 2);
        int seen = Math.max(options.searchChunks(), options.importanceChunks());
        int head = Math.min(seen, there - 1 - verification);
        // Half a chunk more, because the cut is about there and tokens are no fixed number of characters.
        long place = (long) ((head + 0.5) * context / tokens * text.text().length());
        int near = (int) Math.max(1, (long) text.text().length() / there / 2);
        int cut = cut(text.text(), (int) place, near);
        int found = tokens(text.text().substring(0, cut), tokenizer) / context;
        while (found < head) {
            cut = cut(text.text(), cut + near, near);
            found = tokens(text.text().substring(0, cut), tokenizer) / context;
        }
        Text first = new Text(text.name(), text.text().substring(0, cut), text.sha256());
        Text second = new Text(text.name(), text.text().substring(cut), text.sha256());
        int left = tokens(second.text(), tokenizer) / context;
        if (left < 1) {
            throw new RecipeException(
                    Kind.TEXT, text.name(), "nothing of it is left to verify on", "give a longer text");
        }
        return new TextParts(
                first,
                Math.min(options.searchChunks(), head),
                Math.min(options.importanceChunks(), head),
                second,
                Math.min(options.verificationChunks(), left),
                new SpeedProbe(Arrays.copyOf(
                        tokenizer.encode(first.text(), true, false), Math.min(context, SpeedProbe.PROMPT_TOKENS))));
    }

    private static int tokens(String text, Tokenizer tokenizer) {
        return tokenizer.encode(text, true, false).length;
    }

    /** The next blank; where none is so near (some scripts have no blanks), the next place between two code points. */
    static int cut(String text, int from, int near) {
        int first = Math.min(from, text.length());
        int last = (int) Math.min((long) first + near, text.length());
        for (int place = first; place < last; place++) {
            if (Character.isWhitespace(text.charAt(place))) {
                return place;
            }
        }
        boolean within = first > 0
                && first < text.length()
                && Character.isSurrogatePair(text.charAt(first - 1), text.charAt(first));
        return within ? first + 1 : first;
    }
}
