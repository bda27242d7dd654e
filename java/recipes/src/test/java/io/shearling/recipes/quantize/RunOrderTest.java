package io.shearling.recipes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOrderTest {
    private static final int RUN = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 12})
    void apply_anyOrder_movesRowsAndColumnsAlike(int runs) {
        int n = runs * RUN;
        List<Integer> shuffled =
                new ArrayList<>(IntStream.range(0, runs).boxed().toList());
        Collections.shuffle(shuffled, new Random(runs));
        int[] order = shuffled.stream().mapToInt(Integer::intValue).toArray();
        FloatBuffer matrix = FloatBuffer.allocate(n * n);
        for (int i = 0; i < n * n; i++) {
            matrix.put(i, i);
        }
        new RunOrder(matrix, n, RUN).apply(order);
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < n; column++) {
                int from = order[row / RUN] * RUN + row % RUN;
                int to = order[column / RUN] * RUN + column % RUN;
                assertThat(matrix.get(row * n + column)).isEqualTo(from * n + to);
            }
        }
    }
}
