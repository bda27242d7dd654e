package io.shearling.recipes.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriangularFactorTest {
    /** Σxxᵀ of so many random inputs: of fewer than there are columns the matrix is singular. */
    private static float[] gram(int n, int inputs, long seed) {
        Random random = new Random(seed);
        float[] sums = new float[n * n];
        for (int i = 0; i < inputs; i++) {
            double[] x = random.doubles(n, -1, 1).toArray();
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    sums[a * n + b] += (float) (x[a] * x[b]);
                }
            }
        }
        return sums;
    }

    private static FloatBuffer direct(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(values.length * Float.BYTES);
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values).flip();
    }

    /** R Rᵀ at a row and a column, of the upper triangle alone. */
    private static double product(FloatBuffer r, int n, int row, int column) {
        double sum = 0;
        for (int j = Math.max(row, column); j < n; j++) {
            sum += (double) r.get(j * n + row) * r.get(j * n + column);
        }
        return sum;
    }

    private static double meanDiagonal(float[] matrix, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += matrix[i * n + i];
        }
        return sum / n;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 130})
    void upper_timesItself_isTheDampedMatrix(int n) {
        float[] matrix = gram(n, 2 * n, n);
        FloatBuffer factor = direct(matrix);
        assertThat(TriangularFactor.upper(factor, n, 0.01)).isEqualTo(0.01);
        double damping = 0.01 * meanDiagonal(matrix, n);
        for (int row = 0; row < n; row++) {
            assertThat(factor.get(row * n + row)).isPositive();
            for (int column = 0; column < n; column++) {
                double wanted = matrix[row * n + column] + (row == column ? damping : 0);
                assertThat(product(factor, n, row, column)).isCloseTo(wanted, within(1e-4 * n));
            }
        }
    }

    @Test
    void upper_ofTooFewInputs_isDampedMore() {
        int n = 40;
        float[] matrix = gram(n, 3, 5);
        FloatBuffer factor = direct(matrix);
        double taken = TriangularFactor.upper(factor, n, 1e-12);
        assertThat(taken).isGreaterThan(1e-12);
        double damping = taken * meanDiagonal(matrix, n);
        assertThat(product(factor, n, 4, 4)).isCloseTo(matrix[4 * n + 4] + damping, within(0.01));
        assertThat(product(factor, n, 30, 4)).isCloseTo(matrix[30 * n + 4], within(0.01));
    }

    @Test
    void upper_ofNothing_isAMultipleOfOne() {
        FloatBuffer factor = direct(new float[9]);
        TriangularFactor.upper(factor, 3, 0.04);
        assertThat(factor.get(0)).isCloseTo(0.2f, within(1e-6f));
        assertThat(product(factor, 3, 0, 2)).isZero();
    }

    @Test
    void upper_ofWhatIsNoNumber_isRefused() {
        float[] matrix = gram(5, 9, 1);
        matrix[7] = matrix[11] = Float.NaN;
        assertThatThrownBy(() -> TriangularFactor.upper(direct(matrix), 5, 0.01))
                .isInstanceOf(ArithmeticException.class);
    }
}
