package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceToolsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void find_nothingNamedAndNoNote_isNothing() {
        assertThat(ReferenceTools.find(null, null, Map.of(), folder)).isEmpty();
    }

    @Test
    void find_namedFolderWithoutTools_isRefusedWithTheFolder() {
        assertThatThrownBy(() -> ReferenceTools.find(folder, null, Map.of(), folder))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("llama-bench");
    }

    @Test
    void find_theNearestNameWins() throws IOException {
        Path a = tools("a");
        Path b = tools("b");
        Path c = tools("c");
        Path d = tools("d");
        Files.createDirectories(folder.resolve(ReferenceTools.BUILD_NOTE).getParent());
        Files.writeString(folder.resolve(ReferenceTools.BUILD_NOTE), d + "\n");
        Map<String, String> environment = Map.of("SHEARLING_REFERENCE", c.toString());
        assertThat(ReferenceTools.find(a, b.toString(), environment, folder)).contains(new ReferenceTools(a));
        assertThat(ReferenceTools.find(null, b.toString(), environment, folder)).contains(new ReferenceTools(b));
        assertThat(ReferenceTools.find(null, null, environment, folder)).contains(new ReferenceTools(c));
        assertThat(ReferenceTools.find(null, null, Map.of(), folder)).contains(new ReferenceTools(d));
    }

    @Test
    void find_noteOfAFolderThatIsGone_isNothing() throws IOException {
        Files.createDirectories(folder.resolve(ReferenceTools.BUILD_NOTE).getParent());
        Files.writeString(folder.resolve(ReferenceTools.BUILD_NOTE), folder.resolve("gone") + "\n");
        assertThat(ReferenceTools.find(null, null, Map.of(), folder)).isEmpty();
    }

    private Path tools(String name) throws IOException {
        Path tools = Files.createDirectories(folder.resolve(name));
        for (String tool : new String[] {"llama-bench"}) {
            Files.writeString(tools.resolve(tool), "#!/bin/sh\n");
            assertThat(tools.resolve(tool).toFile().setExecutable(true)).isTrue();
        }
        return tools;
    }
}
