package io.shearling.recipes.linalg;

import java.nio.DoubleBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The matrix C that maps vectors x to vectors y with the least Σ‖y - C x‖² + r‖C‖²: C = (Σ y xᵀ) (Σ x xᵀ + r I)⁻¹. Pairs are added
 * bit by bit; what is held is two matrices of doubles, whatever their number. For one thread.
 *
 * <p>LAPACK runs in one thread, so that any machine of the same kind gives the same numbers.
 */
public final class LinearFit implements AutoCloseable {
    private final int n;
    private final int most;
    private final DoublePointer gram;
    private final DoublePointer cross;
    private final DoublePointer x;
    private final DoublePointer y;

    /**
     * A fit without pairs.
     *
     * @param n elements of a vector
     * @param most pairs that are added at once
     */
    public LinearFit(int n, int most) {
        Lapack.load();
        this.n = n;
        this.most = most;
        gram = zeros((long) n * n);
        cross = zeros((long) n * n);
        x = zeros((long) n * most);
        y = zeros((long) n * most);
    }

    private static DoublePointer zeros(long size) {
        DoublePointer values = new DoublePointer(size);
        values.zero();
        return values;
    }

    /**
     * Adds pairs.
     *
     * @param inputs x: [count, n]
     * @param outputs y: [count, n]
     */
    public void add(float[] inputs, float[] outputs, int count) {
        if (count > most || inputs.length < count * n || outputs.length < count * n) {
            throw new IllegalArgumentException("There are not " + count + " pairs of " + n + ", or too many.");
        }
        fill(x, inputs, count * n);
        fill(y, outputs, count * n);
        openblas_nolapack.cblas_dsyrk(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasUpper,
                openblas_nolapack.CblasTrans,
                n,
                count,
                1,
                x,
                n,
                1,
                gram,
                n);
        openblas_nolapack.cblas_dgemm(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasTrans,
                openblas_nolapack.CblasNoTrans,
                n,
                n,
                count,
                1,
                y,
                n,
                x,
                n,
                1,
                cross,
                n);
    }

    private static void fill(DoublePointer to, float[] from, int size) {
        DoubleBuffer buffer = to.asBuffer();
        for (int i = 0; i < size; i++) {
            buffer.put(i, from[i]);
        }
    }

    /**
     * Solves it, once.
     *
     * @param ridge r, as a share of the mean of the diagonal of Σ x xᵀ
     * @return C: [n, n], row i makes element i of y
     * @throws ArithmeticException when values were not finite, or the ridge is too small for what was added
     */
    public float[] solve(double ridge) {
        double mean = 0;
        for (long i = 0; i < n; i++) {
            mean += gram.get(i * n + i) / n;
        }
        double added = mean > 0 || Double.isNaN(mean) ? ridge * mean : 1;
        for (long i = 0; i < n; i++) {
            gram.put(i * n + i, gram.get(i * n + i) + added);
        }
        // Column after column the products are transposed, and so is what comes out: row after row it is C again.
        int info = openblas.LAPACKE_dposv(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, n, gram, n, cross, n);
        if (info != 0) {
            throw new ArithmeticException(
                    info < 0 ? "the states have values that are not finite" : "the states leave it undecided");
        }
        float[] result = new float[Math.multiplyExact(n, n)];
        DoubleBuffer solved = cross.asBuffer();
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) solved.get(i);
        }
        return result;
    }

    /** Frees the sums. Idempotent. */
    @Override
    public void close() {
        gram.deallocate();
        cross.deallocate();
        x.deallocate();
        y.deallocate();
    }
}
