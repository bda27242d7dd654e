package io.shearling.recipes.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CorrectionTest {
    private static final int N = 48;
    private static final int INPUTS = 200;

    private static FloatBuffer direct(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(values.length * Float.BYTES);
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values).flip();
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The sum of a bᵀ over the inputs. */
    private static float[] products(float[] a, float[] b) {
        float[] sums = new float[N * N];
        for (int k = 0; k < INPUTS; k++) {
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    sums[i * N + j] += a[k * N + i] * b[k * N + j];
                }
            }
        }
        return sums;
    }

    private static FloatBuffer solved(float[] errors, float[] inputs) {
        FloatBuffer factor = direct(products(inputs, inputs));
        TriangularFactor.upper(factor, N, 0);
        FloatBuffer correction = direct(products(errors, inputs));
        Correction.solve(correction, factor, N);
        return correction;
    }

    @Test
    void solve_errorsThatAreAMatrixOfTheInputs_isThatMatrix() {
        Random random = new Random(1);
        float[] inputs = values(random, INPUTS * N);
        float[] matrix = values(random, N * N);
        float[] errors = new float[INPUTS * N];
        for (int k = 0; k < INPUTS; k++) {
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    errors[k * N + i] += matrix[i * N + j] * inputs[k * N + j];
                }
            }
        }
        FloatBuffer correction = solved(errors, inputs);
        for (int i = 0; i < N * N; i++) {
            assertThat(correction.get(i)).isCloseTo(matrix[i], within(1e-3f));
        }
    }

    @Test
    void add_rowsAnywhere_getTheSame() {
        Random random = new Random(2);
        int count = 150;
        FloatBuffer correction = direct(values(random, N * N));
        float[] weights = values(random, count * N);
        float[] all = weights.clone();
        Correction.add(all, count, correction, N, 0.5f);
        for (int row = 0; row < count; row++) {
            for (int j = 0; j < N; j++) {
                double sum = weights[row * N + j];
                for (int i = 0; i < N; i++) {
                    sum += 0.5 * weights[row * N + i] * correction.get(i * N + j);
                }
                assertThat((double) all[row * N + j]).isCloseTo(sum, within(1e-4));
            }
        }
        for (int first : new int[] {1, 63, 64, 149}) {
            float[] some = new float[(count - first) * N];
            System.arraycopy(weights, first * N, some, 0, some.length);
            Correction.add(some, count - first, correction, N, 0.5f);
            float[] expected = new float[some.length];
            System.arraycopy(all, first * N, expected, 0, some.length);
            assertThat(some).containsExactly(expected);
        }
    }
}
