package io.shearling.recipes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.recipes.RecipeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStatesTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void read_givesWhatWasWritten() {
        Path path = folder.resolve("states");
        try (BlockStates states = new BlockStates(path, 3)) {
            for (int chunk = 4; chunk >= 0; chunk--) {
                states.write(chunk, true, new float[] {chunk, 1, -1});
                states.write(chunk, false, new float[] {chunk, 0.5f, Float.MIN_VALUE});
            }
            float[] read = new float[3];
            for (int chunk = 0; chunk < 5; chunk++) {
                states.read(chunk, false, read);
                assertThat(read).containsExactly(chunk, 0.5f, Float.MIN_VALUE);
                states.read(chunk, true, read);
                assertThat(read).containsExactly(chunk, 1, -1);
            }
            assertThatThrownBy(() -> states.read(5, true, read))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining(path.toString());
        }
        assertThat(path).doesNotExist();
    }
}
