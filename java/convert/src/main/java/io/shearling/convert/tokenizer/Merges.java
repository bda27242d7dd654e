package io.shearling.convert.tokenizer;

import java.util.Arrays;

/** The merges of a BPE model in their order, each as the numbers of its two tokens. */
final class Merges {
    private static final int MAX_MERGES = 1 << 23;

    private int[] left = new int[1 << 10];
    private int[] right = new int[1 << 10];
    private int size;

    /** Adds the next merge; says whether there was room. */
    boolean add(int leftId, int rightId) {
        if (size == MAX_MERGES) {
            return false;
        }
        if (size == left.length) {
            left = Arrays.copyOf(left, 2 * size);
            right = Arrays.copyOf(right, 2 * size);
        }
        left[size] = leftId;
        right[size++] = rightId;
        return true;
    }

    int size() {
        return size;
    }

    int left(int rank) {
        return left[rank];
    }

    int right(int rank) {
        return right[rank];
    }
}
