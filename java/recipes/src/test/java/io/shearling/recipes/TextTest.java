package io.shearling.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void read_text_losesOneNewlineAtItsEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "Gr\u00fcn.\n\n");
        Text text = Text.read(file);
        assertThat(text.text()).isEqualTo("Gr\u00fcn.\n");
        assertThat(text.name()).isEqualTo(file.toString());
        assertThat(text.sha256()).hasSize(64);
        assertThat(Text.read(Files.writeString(folder.resolve("b.txt"), "Gr\u00fcn."))
                        .sha256())
                .isNotEqualTo(text.sha256());
    }

    @Test
    void read_whatIsNoText_isRefusedInOneSentence() throws IOException {
        Path latin = Files.write(folder.resolve("l.txt"), "Gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Text.read(latin))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("l.txt: it is no text in UTF-8; convert it");
        assertThatThrownBy(() -> Text.read(folder.resolve("none")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> Text.read(folder))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("cannot be read");
    }
}
