package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SolverTest {
    private static final ModelTensors MODEL =
            TinyTensors.model(TinyTensors.of("a", TensorType.Q4_0, TensorType.Q8_0, TensorType.F16));

    private static Solver solver() {
        return new Solver(MODEL, (tensor, candidate) -> candidate.error(), Map.of(), 1 << 20);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void within_room_takesTheLeastLoss() {
        long size = MODEL.sizeBytes(MODEL.table(ChosenTensor::reference));
        assertThat(solver().within(1 << 20).type("a")).isEqualTo(TensorType.F16);
        assertThat(solver().within(size).type("a")).isEqualTo(TensorType.Q8_0);
        assertThat(solver().within(size - 1).type("a")).isEqualTo(TensorType.Q4_0);
    }

    @Test
    void solving_interrupted_isCancelled() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(SolverTest::solver)
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
    }
}
