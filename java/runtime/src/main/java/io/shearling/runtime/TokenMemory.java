package io.shearling.runtime;

import java.util.Arrays;

/** The tokens of one sequence that are in the context's memory, by position. One thread. */
final class TokenMemory {
    private int[] tokens = new int[64];
    private int size;

    int size() {
        return size;
    }

    void add(int[] more, int from, int count) {
        if (size + count > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(size + count, tokens.length * 2));
        }
        System.arraycopy(more, from, tokens, size, count);
        size += count;
    }

    /** Forgets what comes after the first {@code length}. */
    void truncate(int length) {
        size = Math.min(size, length);
    }

    /** Forgets tokens [from, to); those behind move up. */
    void remove(int from, int to) {
        System.arraycopy(tokens, to, tokens, from, size - to);
        size -= to - from;
    }

    /** How many tokens at the start are the same. */
    int commonPrefix(int[] other) {
        int mismatch = Arrays.mismatch(tokens, 0, size, other, 0, other.length);
        return mismatch < 0 ? size : mismatch;
    }

    int[] copy() {
        return Arrays.copyOf(tokens, size);
    }
}
