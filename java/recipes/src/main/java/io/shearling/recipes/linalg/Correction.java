package io.shearling.recipes.linalg;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The matrix D that makes good what weights W lose because their inputs are X and not X + E: W + W D has, of all matrices, the least
 * squared error of W (X + E) - (W + W D) X. That is D = (E Xᵀ) H⁻¹ with H = X Xᵀ, damped. No state.
 *
 * <p>BLAS runs in one thread and products have one size, so that a row gives the same numbers wherever it stands.
 */
public final class Correction {
    /** Rows of a product. */
    private static final int ROWS = 64;

    private Correction() {}

    /**
     * Turns E Xᵀ into D, in its place.
     *
     * @param cross [n, n], direct: row i belongs to row i of E
     * @param factor R of H = R Rᵀ, as {@link TriangularFactor#upper} leaves it
     */
    public static void solve(FloatBuffer cross, FloatBuffer factor, int n) {
        Lapack.load();
        // Column after column it is the transposed matrix: R⁻ᵀ R⁻¹ stands before it.
        for (int transposed : new int[] {openblas_nolapack.CblasNoTrans, openblas_nolapack.CblasTrans}) {
            openblas_nolapack.cblas_strsm(
                    openblas_nolapack.CblasColMajor,
                    openblas_nolapack.CblasLeft,
                    openblas_nolapack.CblasUpper,
                    transposed,
                    openblas_nolapack.CblasNonUnit,
                    n,
                    n,
                    1,
                    factor,
                    n,
                    cross,
                    n);
        }
    }

    /**
     * Adds a share of W D to some rows of W.
     *
     * @param rows W: [count, n]
     * @param correction D: [n, n], direct
     */
    public static void add(float[] rows, int count, FloatBuffer correction, int n, float share) {
        Lapack.load();
        float[] some = new float[ROWS * n];
        float[] product = new float[ROWS * n];
        for (int done = 0; done < count; done += ROWS) {
            int now = Math.min(ROWS, count - done);
            System.arraycopy(rows, done * n, some, 0, now * n);
            openblas_nolapack.cblas_sgemm(
                    openblas_nolapack.CblasRowMajor,
                    openblas_nolapack.CblasNoTrans,
                    openblas_nolapack.CblasNoTrans,
                    ROWS,
                    n,
                    n,
                    share,
                    FloatBuffer.wrap(some),
                    n,
                    correction,
                    n,
                    0,
                    FloatBuffer.wrap(product),
                    n);
            for (int i = 0; i < now * n; i++) {
                rows[done * n + i] += product[i];
            }
        }
    }
}
