package io.shearling.cli;

import io.shearling.runtime.Tokenizer;
import io.shearling.runtime.Vocabulary;

/** Whether a text can fit at all, judged by its length: a text of megabytes is not cut into tokens only to be refused. */
final class TextRoom {
    /** Characters a token below which nobody looks how long the longest one is. */
    private static final int USUAL = 16;

    private TextRoom() {}

    /**
     * Whether the text has {@code room} tokens or more for certain: its characters are more than {@code room} of the vocabulary's
     * longest tokens. Only where every byte of a text comes back in some token.
     */
    static boolean isHopeless(Tokenizer tokenizer, String text, int room) {
        if (text.length() / USUAL < room
                || !keepsEveryByte(tokenizer.vocabulary().type())) {
            return false;
        }
        // A character is a byte or more.
        return text.length() / longestToken(tokenizer) >= room;
    }

    private static boolean keepsEveryByte(Vocabulary.Type type) {
        return type == Vocabulary.Type.BPE || type == Vocabulary.Type.SENTENCEPIECE;
    }

    private static int longestToken(Tokenizer tokenizer) {
        int longest = 1;
        for (int token = 0; token < tokenizer.vocabulary().size(); token++) {
            longest = Math.max(longest, tokenizer.bytes(token).length);
        }
        return longest;
    }
}
