package io.shearling.recipes.quantize;

import java.nio.FloatBuffer;

/** Puts runs of rows and columns of a symmetric matrix into another order, in its place. For one use. */
final class RunOrder {
    private final FloatBuffer matrix;
    private final int n;
    private final int run;

    /**
     * An order of a matrix.
     *
     * @param matrix [n, n]
     * @param run rows of a run; n is a multiple of it
     */
    RunOrder(FloatBuffer matrix, int n, int run) {
        this.matrix = matrix;
        this.n = n;
        this.run = run;
    }

    /** Puts what was run order[i] into place i. */
    void apply(int[] order) {
        float[] before = new float[n];
        float[] after = new float[n];
        for (int row = 0; row < n; row++) {
            matrix.get(row * n, before);
            for (int i = 0; i < order.length; i++) {
                System.arraycopy(before, order[i] * run, after, i * run, run);
            }
            matrix.put(row * n, after);
        }
        rows(order);
    }

    /** Along the cycles of the order, so that one run is held at a time. */
    private void rows(int[] order) {
        boolean[] done = new boolean[order.length];
        float[] first = new float[run * n];
        float[] moved = new float[run * n];
        for (int begin = 0; begin < order.length; begin++) {
            if (done[begin]) {
                continue;
            }
            matrix.get(begin * run * n, first);
            int place = begin;
            while (order[place] != begin) {
                matrix.get(order[place] * run * n, moved);
                matrix.put(place * run * n, moved);
                done[place] = true;
                place = order[place];
            }
            matrix.put(place * run * n, first);
            done[place] = true;
        }
    }
}
