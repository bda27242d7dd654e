package io.shearling.recipes.linalg;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** A product of matrices of floats. BLAS runs in one thread. No state. */
public final class Product {
    private Product() {}

    /**
     * Adds A B to C.
     *
     * @param a [rows, inner], row after row, direct as the others
     * @param b [inner, columns]
     * @param c [rows, columns]
     */
    public static void add(FloatBuffer a, FloatBuffer b, FloatBuffer c, int rows, int inner, int columns) {
        Lapack.load();
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                rows,
                columns,
                inner,
                1,
                a,
                inner,
                b,
                columns,
                1,
                c,
                columns);
    }
}
