package io.shearling.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceToolsTest {
    @TempDir
    Path folder;

    private Path tools;

    @BeforeEach
    void makeTools() throws IOException {
        tools = Files.createDirectory(folder.resolve("tools"));
        assertThat(Files.createFile(tools.resolve("llama-server")).toFile().setExecutable(true))
                .isTrue();
    }

    @Test
    void find_propertyNamesAFolder_takesThat() {
        assertThat(ReferenceTools.find(tools.toString(), "elsewhere", folder).folder())
                .isEqualTo(tools);
    }

    @Test
    void find_propertyThatMavenLeftUnset_goesOnToTheVariable() {
        assertThat(ReferenceTools.find("${shearling.reference.bin}", tools.toString(), folder)
                        .folder())
                .isEqualTo(tools);
    }

    @Test
    void find_neither_readsTheNoteOfTheCheckoutAbove() throws IOException {
        Path note = folder.resolve("native/target/reference/bin.txt");
        Files.createDirectories(note.getParent());
        Files.writeString(note, tools + "\n");
        Path module = Files.createDirectories(folder.resolve("java/it"));
        assertThat(ReferenceTools.find(null, null, module).folder()).isEqualTo(tools);
    }

    @Test
    void find_nothing_saysHowToBuildThem() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ReferenceTools.find(null, " ", folder))
                .withMessageContaining("./shearling reference");
        assertThatIllegalStateException()
                .isThrownBy(() -> ReferenceTools.find(folder.toString(), null, folder))
                .withMessageContaining("no program llama-server in " + folder);
    }
}
