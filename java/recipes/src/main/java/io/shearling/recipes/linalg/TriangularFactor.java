package io.shearling.recipes.linalg;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.global.openblas;

/**
 * The upper triangular factor R of a symmetric matrix H = R Rᵀ, by LAPACK. No state.
 *
 * <p>LAPACK knows H = L Lᵀ with a lower triangle. With rows and columns in reverse order that is the same: a matrix that is read
 * from its end is the reversed one, and so is its factor. LAPACK runs in one thread, so that any machine of the same kind gives the
 * same numbers for any number of threads.
 */
public final class TriangularFactor {
    /** By how much more a matrix is damped that has no factor yet. */
    private static final double MORE = 10;

    private static final int MOST_ATTEMPTS = 6;

    private TriangularFactor() {}

    /**
     * Turns a matrix into its factor, in its place.
     *
     * @param matrix [n, n], symmetric, direct; becomes R, column after column: R[k, j] at j · n + k. What is below the diagonal is of
     *     no use afterwards
     * @param damping what is added to the diagonal, as a share of its mean: what the matrix leaves undecided is decided by it. More
     *     is taken where it is too little
     * @return the damping that was taken
     * @throws ArithmeticException when the matrix has values that are not finite, or no damping helps
     */
    public static double upper(FloatBuffer matrix, int n, double damping) {
        Lapack.load();
        reverse(matrix, n);
        float[] diagonal = diagonal(matrix, n);
        double mean = mean(diagonal);
        double share = damping;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            for (int i = 0; i < n; i++) {
                matrix.put(i * n + i, (float) (diagonal[i] + share * mean));
            }
            int info = openblas.LAPACKE_spotrf(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, matrix, n);
            if (info == 0) {
                reverse(matrix, n);
                return share;
            }
            if (info < 0) {
                throw new ArithmeticException("the matrix has values that are not finite");
            }
            restoreLower(matrix, n);
            share = Math.max(share, 1e-4) * MORE;
        }
        throw new ArithmeticException("the matrix has no factor, and damping it does not help");
    }

    private static void reverse(FloatBuffer matrix, int n) {
        int last = n * n - 1;
        for (int i = 0; i < n * n / 2; i++) {
            float value = matrix.get(i);
            matrix.put(i, matrix.get(last - i));
            matrix.put(last - i, value);
        }
    }

    private static float[] diagonal(FloatBuffer matrix, int n) {
        float[] diagonal = new float[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = matrix.get(i * n + i);
        }
        return diagonal;
    }

    /** Of inputs that are all zero any damping is as good. */
    private static double mean(float[] diagonal) {
        double sum = 0;
        for (float value : diagonal) {
            sum += value;
        }
        return sum > 0 || Double.isNaN(sum) ? sum / diagonal.length : 1;
    }

    /** A failed attempt has written below the diagonal (column after column); above it all is as it was. */
    private static void restoreLower(FloatBuffer matrix, int n) {
        for (int column = 0; column < n; column++) {
            for (int row = column + 1; row < n; row++) {
                matrix.put(column * n + row, matrix.get(row * n + column));
            }
        }
    }
}
