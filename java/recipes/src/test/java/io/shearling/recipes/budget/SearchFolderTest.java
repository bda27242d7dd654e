package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.recipes.RecipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFolderTest {
    @TempDir
    private Path folder = Path.of("");

    private Path target = Path.of("");

    @BeforeEach
    void place() {
        target = folder.resolve("small.gguf");
    }

    @Test
    void beside_whileAnotherSearches_isRefused() {
        try (SearchFolder first = SearchFolder.beside(target)) {
            assertThat(first.candidate().getParent()).isEqualTo(folder.resolve("small.gguf.search"));
            assertThatThrownBy(() -> SearchFolder.beside(target).close())
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("another search writes there");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void beside_whatCannotBeCleared_givesItsLockBack() throws IOException {
        Path candidate = Files.createDirectories(folder.resolve("small.gguf.search/candidate.gguf"));
        Path inTheWay = Files.createFile(candidate.resolve("in the way"));
        assertThatThrownBy(() -> SearchFolder.beside(target).close())
                .hasMessageContaining("nothing can be written there");
        Files.delete(inTheWay);
        SearchFolder.beside(target).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void requireFolder_whereNoFileCanBe_saysWhatToDo() {
        assertThatThrownBy(() -> SearchFolder.requireFolder(folder.resolve("none/small.gguf")))
                .hasMessageContaining(
                        "the directory " + folder.resolve("none") + " does not exist; create it or name another place");
        assertThatThrownBy(() -> SearchFolder.requireFolder(folder)).hasMessageContaining("name a file");
        assertThat(SearchFolder.requireFolder(target)).isEqualTo(folder);
    }

    @Test
    void requireRoom_countsWhatTheOriginalSays() {
        long rows = SearchFolder.baseBytes(12, 512, 150_000);
        assertThat(rows).isBetween(12 * 256 * 15_000L, 12 * 256 * 17_000L);
        SearchFolder.requireRoom(target, rows);
        assertThatThrownBy(() -> SearchFolder.requireRoom(target, Long.MAX_VALUE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("free some space");
    }
}
