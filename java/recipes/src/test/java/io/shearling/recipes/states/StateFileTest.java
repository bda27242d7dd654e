package io.shearling.recipes.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.recipes.RecipeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void read_givesWhatWasWritten() {
        Path path = folder.resolve("states");
        try (StateFile states = new StateFile(path, 3)) {
            for (int place = 4; place >= 0; place--) {
                states.write(place, new float[] {place, 0.5f, Float.MIN_VALUE});
            }
            float[] read = new float[3];
            for (int place = 0; place < 5; place++) {
                states.read(place, read);
                assertThat(read).containsExactly(place, 0.5f, Float.MIN_VALUE);
            }
            assertThatThrownBy(() -> states.read(5, read))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining(path.toString());
        }
        assertThat(path).doesNotExist();
    }
}
