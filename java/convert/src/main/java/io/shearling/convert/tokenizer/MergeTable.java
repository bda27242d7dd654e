package io.shearling.convert.tokenizer;

import java.util.Arrays;

/** Which two tokens become which, and how soon; open addressing, for half a million pairs. */
final class MergeTable {
    private final long[] pairs;
    private final int[] ranks;
    private final int[] results;
    private final int mask;

    /**
     * The table of all merges.
     *
     * @param prefixChars how many letters the second token loses when it is joined to the first
     */
    MergeTable(TokenizerJson json, int prefixChars) {
        Merges merges = json.merges();
        int slots = Integer.highestOneBit(Math.max(16, merges.size())) << 2;
        pairs = new long[slots];
        ranks = new int[slots];
        results = new int[slots];
        mask = slots - 1;
        Arrays.fill(pairs, -1);
        Vocabulary vocabulary = json.vocabulary();
        for (int rank = 0; rank < merges.size(); rank++) {
            String left = vocabulary.text(merges.left(rank)).orElseThrow();
            String right = vocabulary.text(merges.right(rank)).orElseThrow();
            int result = vocabulary.id(left + right.substring(Math.min(prefixChars, right.length())));
            if (result < 0) {
                throw json.model()
                        .fault("merges \"" + Shown.of(left) + "\" and \"" + Shown.of(right)
                                + "\" into what is no token");
            }
            long pair = pair(merges.left(rank), merges.right(rank));
            int slot = slot(pair);
            // Of two merges of the same tokens the later holds.
            pairs[slot] = pair;
            ranks[slot] = rank;
            results[slot] = result;
        }
    }

    /** Where two tokens are in the table, or -1. */
    int find(int left, int right) {
        int slot = slot(pair(left, right));
        return pairs[slot] < 0 ? -1 : slot;
    }

    int rank(int slot) {
        return ranks[slot];
    }

    int result(int slot) {
        return results[slot];
    }

    private int slot(long pair) {
        long mixed = pair * 0x9E37_79B9_7F4A_7C15L;
        int slot = (int) (mixed ^ (mixed >>> 32)) & mask;
        while (pairs[slot] >= 0 && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
