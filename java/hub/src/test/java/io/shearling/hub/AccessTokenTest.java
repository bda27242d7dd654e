package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {
    @TempDir
    Path home;

    private Environment environment(String... more) {
        Map<String, String> variables = new HashMap<>(Map.of("HOME", home.toString()));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return new Environment(variables, Map.of("os.name", "Linux"));
    }

    private void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void find_nothing_isNull() {
        assertThat(AccessToken.find(environment())).isNull();
    }

    @Test
    void find_fileOfTheHubsTools_isRead() throws IOException {
        write(".cache/huggingface/token", "hf_file\n");
        assertThat(AccessToken.find(environment())).isEqualTo("hf_file");
        assertThat(HubOptions.of(environment()).token()).contains("hf_file");
    }

    @Test
    void find_variable_goesFirst() throws IOException {
        write(".cache/huggingface/token", "hf_file");
        assertThat(AccessToken.find(environment("HF_TOKEN", "hf_variable"))).isEqualTo("hf_variable");
    }

    @Test
    void find_fileNotWanted_isNotRead() throws IOException {
        write(".cache/huggingface/token", "hf_file");
        assertThat(AccessToken.find(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "HF_HOME, own, own/token",
        "HF_TOKEN_PATH, secrets/t, secrets/t",
        "XDG_CACHE_HOME, c, c/huggingface/token"
    })
    void find_fileElsewhere_isRead(String variable, String value, String file) throws IOException {
        write(file, "hf_elsewhere");
        assertThat(AccessToken.find(environment(variable, home.resolve(value).toString())))
                .isEqualTo("hf_elsewhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "two\nlines", "gr\u00fcn"})
    void find_fileWithoutToken_isPassedOver(String text) throws IOException {
        write(".cache/huggingface/token", text);
        assertThat(AccessToken.find(environment())).isNull();
    }
}
