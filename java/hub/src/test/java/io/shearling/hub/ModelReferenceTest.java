package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "hf:owner/repo, owner, repo, , main",
        "hf:owner/repo#v1.0, owner, repo, , v1.0",
        "hf:owner/repo:model.gguf, owner, repo, model.gguf, main",
        "hf:owner/repo:a#1.gguf#main, owner, repo, a#1.gguf, main",
        "hf:My-Org_1/Repo.Q4-GGUF:sub/dir/a b.gguf#refs/pr/3, My-Org_1, Repo.Q4-GGUF, sub/dir/a b.gguf, refs/pr/3",
    })
    void parse_hubAddress_givesItsParts(
            String text, String owner, String repository, @Nullable String file, String revision) {
        ModelReference reference = ModelReference.parse(text);
        assertThat(reference).isEqualTo(new ModelReference.HubModel(owner, repository, file, revision));
        assertThat(ModelReference.parse(reference.text())).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"smollm2-135m", "gemma3-270m"})
    void parse_catalogueName_givesName(String text) {
        assertThat(ModelReference.parse(text)).isEqualTo(new ModelReference.CatalogueName(text));
    }

    @Test
    void parse_existingFile_givesFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("model"), new byte[1]);
        assertThat(ModelReference.parse(file.toString())).isEqualTo(new ModelReference.LocalFile(file));
    }

    @Test
    void parse_folder_isRefused(@TempDir Path folder) {
        assertRefused(folder.toString(), "is a folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | empty name",
                "'  ' | empty name",
                "smolm2 | known names are smollm2-135m, gemma3-270m",
                "missing.gguf | does not exist",
                "./missing | does not exist",
                "owner/repo | write hf:owner/repo",
                "hf: | has no repository",
                "hf:owner | has no repository",
                "hf:/repo | owner and a repository",
                "hf:owner/ | owner and a repository",
                "hf:../repo | owner and a repository",
                "hf:owner/-repo | owner and a repository",
                "hf:a/b/c | owner and a repository",
                "hf:owner/repo: | no file after its colon",
                "hf:owner/repo:../x.gguf | cannot be a file",
                "hf:owner/repo:/etc/passwd | cannot be a file",
                "hf:owner/repo:a//b.gguf | cannot be a file",
                "hf:owner/repo# | no revision after its #",
                "hf:owner/repo#../main | not a branch, tag or commit",
                "hf:owner/repo#a b | not a branch, tag or commit",
            })
    void parse_malformed_isRefusedInOneSentence(String text, String expected) {
        assertRefused(text, expected);
    }

    @Test
    void parse_textThatIsNoPath_isRefused() {
        assertRefused("a\0b", "is not a path");
    }

    private static void assertRefused(String text, String expected) {
        assertThatThrownBy(() -> ModelReference.parse(text))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.BAD_REFERENCE))
                .hasMessageContaining(expected)
                .hasMessageEndingWith(".")
                .message()
                .doesNotContain("\n");
    }
}
