package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.evaluate.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityFileTest {
    private static final Group GROUP = new Group("attn_q", 0, 1, List.of("blk.0.attn_q.weight"));
    private static final Sensitivities FOUND =
            new Sensitivities(new Estimate(0.5, 0.25), List.of(new Sensitivity(GROUP, new Estimate(0.125, 0.0625), 3)));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void read_ofWhatWasWritten_isTheSame() {
        Path file = folder.resolve("kept.txt");
        new SensitivityFile(file, "key").write(FOUND);
        assertThat(new SensitivityFile(file, "key").read(List.of(GROUP))).contains(FOUND);
        assertThatThrownBy(() -> new SensitivityFile(file, "other").read(List.of(GROUP)))
                .hasMessageContaining("it is of another model");
    }

    @Test
    void write_thatFails_leavesNothing() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("kept.txt"));
        Files.createFile(taken.resolve("in the way"));
        assertThatThrownBy(() -> new SensitivityFile(taken, "key").write(FOUND))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("it cannot be written");
        assertThat(folder.resolve("kept.txt.part")).doesNotExist();
    }
}
