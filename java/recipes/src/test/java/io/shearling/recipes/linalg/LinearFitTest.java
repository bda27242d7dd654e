package io.shearling.recipes.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearFitTest {
    private static final int N = 24;
    private static final int COUNT = 60;

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] mapped(float[] map, float[] x) {
        float[] y = new float[x.length];
        for (int k = 0; k < x.length / N; k++) {
            for (int i = 0; i < N; i++) {
                double sum = 0;
                for (int j = 0; j < N; j++) {
                    sum += (double) map[i * N + j] * x[k * N + j];
                }
                y[k * N + i] = (float) sum;
            }
        }
        return y;
    }

    @Test
    void solve_outputsThatAreAMatrixOfTheInputs_isThatMatrix() {
        Random random = new Random(1);
        float[] map = values(random, N * N);
        try (LinearFit fit = new LinearFit(N, COUNT)) {
            for (int i = 0; i < 3; i++) {
                float[] x = values(random, COUNT * N);
                fit.add(x, mapped(map, x), COUNT);
            }
            float[] found = fit.solve(1e-12);
            for (int i = 0; i < map.length; i++) {
                assertThat(found[i]).isCloseTo(map[i], within(1e-5f));
            }
        }
    }

    /** Where C is the best one, the gradient (C X - Y) Xᵀ + r C is zero. */
    @Test
    void solve_anything_hasNoGradient() {
        Random random = new Random(2);
        float[] x = values(random, COUNT * N);
        float[] y = values(random, COUNT * N);
        double ridge = 0.3;
        double mean = 0;
        for (float value : x) {
            mean += (double) value * value / N;
        }
        try (LinearFit fit = new LinearFit(N, COUNT)) {
            // In parts, of which the last is small.
            fit.add(x, y, COUNT - 7);
            float[] restX = Arrays.copyOfRange(x, (COUNT - 7) * N, COUNT * N);
            float[] restY = Arrays.copyOfRange(y, (COUNT - 7) * N, COUNT * N);
            fit.add(restX, restY, 7);
            float[] found = fit.solve(ridge);
            float[] errors = mapped(found, x);
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    double gradient = ridge * mean * found[i * N + j];
                    for (int k = 0; k < COUNT; k++) {
                        gradient += ((double) errors[k * N + i] - y[k * N + i]) * x[k * N + j];
                    }
                    assertThat(gradient).isCloseTo(0, within(1e-4));
                }
            }
        }
    }

    @Test
    void solve_valuesThatAreNoNumbers_fails() {
        try (LinearFit fit = new LinearFit(2, 1)) {
            fit.add(new float[] {1, Float.NaN}, new float[] {1, 1}, 1);
            assertThatThrownBy(() -> fit.solve(0.1)).isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void solve_inputsThatAreAllZero_isZero() {
        try (LinearFit fit = new LinearFit(2, 1)) {
            fit.add(new float[2], new float[] {1, 1}, 1);
            assertThat(fit.solve(0.1)).containsOnly(0);
        }
    }
}
