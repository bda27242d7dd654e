package io.shearling.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIndexTest {
    @TempDir
    Path folder = Path.of("");

    private ShardIndex read(String text) throws IOException {
        return ShardIndex.read(Files.writeString(folder.resolve("model.safetensors.index.json"), text));
    }

    @Test
    void read_index_hasItsFilesInOrder() throws IOException {
        ShardIndex index =
                read("{\"metadata\":{\"total_size\":3.5},\"weight_map\":{\"b\":\"model-00002-of-00002.safetensors\","
                        + "\"a\":\"model-00001-of-00002.safetensors\",\"c\":\"model-00002-of-00002.safetensors\"}}");
        assertThat(index.files())
                .containsExactly("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        assertThat(index.fileByTensor()).containsEntry("c", "model-00002-of-00002.safetensors");
        assertThat(index.fileByTensor().keySet()).containsExactly("b", "a", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.safetensors",
                "/etc/x.safetensors",
                "a/b.safetensors",
                "a\\\\b.safetensors",
                "C:x.safetensors",
                ".safetensors",
                "..safetensors",
                "",
                "x.bin",
                "x.safetensors\\u0000",
                "x\\n.safetensors"
            })
    void read_fileElsewhere_isRefused(String file) {
        assertThatThrownBy(() -> read("{\"weight_map\":{\"a\":\"" + file + "\"}}"))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("only safetensors files beside it are read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{\"a\":1}}",
                "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}",
                "{\"weight_map\":{}}}",
                "{\"weight_map\":{}} {}"
            })
    void read_noIndex_isRefusedWithASentence(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("index.json: ")
                .hasMessageEndingWith("; fetch the checkpoint again.");
    }
}
