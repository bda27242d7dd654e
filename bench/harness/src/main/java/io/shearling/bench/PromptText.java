package io.shearling.bench;

import io.shearling.runtime.Tokenizer;
import java.util.Arrays;

/** Prompts of an exact number of tokens, the same ones each time. */
final class PromptText {
    private static final String[] SENTENCES = {
        "A flock grazes on the slope above the village until the first snow drives it down to the stables.",
        "In spring every animal is shorn, and the fleeces are sorted by length, colour and fineness.",
        "The shearer begins at the belly and ends at the back, so that the fleece comes off in one piece.",
        "Wool that has been washed and carded is spun into yarn, and the yarn is dyed with roots and bark.",
        "Old people say that a good dog is worth two shepherds, and a good shepherd is worth ten dogs.",
        "Lambs learn the voice of their mother within a day, and they find her among hundreds of others.",
        "When the river rises the whole flock is moved across the stone bridge before the evening bell rings.",
    };

    private PromptText() {}

    /** The first {@code count} tokens of a text that goes on for ever: [count]. */
    static int[] tokens(Tokenizer tokenizer, int count) {
        StringBuilder text = new StringBuilder();
        int sentence = 0;
        int[] tokens = {};
        while (tokens.length < count) {
            int most = text.length() + 8 * count;
            while (text.length() < most) {
                text.append("Note ").append(sentence + 1).append(". ");
                text.append(SENTENCES[sentence % SENTENCES.length]).append(' ');
                sentence++;
            }
            tokens = tokenizer.encode(text.toString());
        }
        return Arrays.copyOf(tokens, count);
    }
}
