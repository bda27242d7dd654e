package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void write() {
        file = SmallGguf.write(folder.resolve("tiny.gguf"));
    }

    @Test
    void inspect_text_showsShapeMixMemoryMetadataAndTensors() {
        CliRun run = CliRun.of("inspect", file.toString()).succeeded();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("architecture  llama")
                .contains("2 layers, 64 wide, feed-forward 128, 4 heads, 2 KV heads")
                .contains("name          Tiny\\nLlama")
                .contains("parameters    512, 11.44 bits each")
                .contains("type          Q8_0")
                // 2 layers, 2 KV heads of 16, keys and values, 2 bytes each: 256 bytes a token.
                .contains("memory at 2,048 tokens: 732 B weights (mapped) + 524.3 kB keys and values")
                .contains("metadata, 15 keys")
                .containsPattern("tokenizer.ggml.tokens +string\\[7] +\\[\"a\", \"b\", \"c\", \"d\", \"e\", \\.\\.\\.]")
                .containsPattern("tokenizer.ggml.scores +f32\\[2] +\\[0.5, -1.0]")
                .containsPattern("tokenizer.chat_template +string +\"(\\{\\{ x }}){10}\"\\.\\.\\. \\(350 characters\\)")
                .contains("\"Tiny\\nLlama\"")
                .containsPattern("big +u64 +18446744073709551615")
                .containsPattern("q8_0 +1 +448 +476 +8.500 +65.0%")
                .containsPattern("token_embd.weight +q8_0 +64 x 7 +476 bytes");
    }

    @Test
    void inspect_context_setsTheEstimate() {
        assertThat(CliRun.of("inspect", "--ctx", "1000", file.toString())
                        .succeeded()
                        .out())
                .contains("memory at 1,000 tokens: 732 B weights (mapped) + 256.0 kB");
    }

    @Test
    void inspect_json_hasTheSame() {
        Map<String, Object> json =
                CliRun.of("inspect", "--json", file.toString()).succeeded().json();
        assertThat(json)
                .containsEntry("architecture", "llama")
                .containsEntry("parameters", 512)
                .containsEntry("ggufVersion", 3);
        assertThat(json.get("memory"))
                .isEqualTo(Map.of(
                        "contextTokens", 2048, "weightBytes", 732, "cacheBytes", 524_288, "totalBytes", 525_020));
        assertThat(json.get("types"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(json.get("tensors"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains(
                        Map.of("name", "token_embd.weight", "type", "q8_0", "shape", List.of(64, 7), "sizeBytes", 476));
        assertThat(json.get("metadata"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(15)
                .contains(
                        Map.of("key", "yes", "type", "bool", "value", true),
                        Map.of("key", "big", "type", "u64", "value", new BigInteger("18446744073709551615")),
                        Map.of(
                                "key", "tokenizer.ggml.tokens",
                                "type", "array",
                                "elementType", "string",
                                "size", 7,
                                "first", List.of("a", "b", "c", "d", "e")));
    }

    @Test
    void inspect_shapeThatNoMachineHolds_isShownAllTheSame() {
        Path huge = SmallGguf.writeHuge(folder.resolve("huge.gguf"));
        assertThat(CliRun.of("inspect", huge.toString()).succeeded().out())
                .contains("732 B weights (mapped) + 9223372");
        assertThat(CliRun.of("inspect", "--json", huge.toString()).succeeded().json())
                .extractingByKey("memory", InstanceOfAssertFactories.MAP)
                .containsEntry("cacheBytes", Long.MAX_VALUE)
                .containsEntry("totalBytes", Long.MAX_VALUE);
    }

    @Test
    void inspect_file_needsNoSettingOfTheHub() throws Exception {
        Map<String, String> wrong = Map.of(
                "ALL_PROXY", "socks5://p.example", "HF_ENDPOINT", "not an address", "SHEARLING_CONNECTIONS", "many");
        ChildJvm run = ChildJvm.run(Shearling.class, wrong, "inspect", file.toString());
        assertThat(run.code()).as(run.printed()).isZero();
        assertThat(run.printed()).contains("architecture  llama");
    }

    @Test
    void inspect_fileThatIsNoGguf_failsInOneSentence() throws IOException {
        Path other = Files.writeString(folder.resolve("text.gguf"), "no model");
        CliRun run = CliRun.of("inspect", other.toString()).failed(ExitCode.FAILED);
        assertThat(run.err()).contains("text.gguf");
    }

    @Test
    void inspect_missingFile_failsInOneSentence() {
        CliRun run =
                CliRun.of("inspect", folder.resolve("none.gguf").toString()).failed(ExitCode.FAILED);
        assertThat(run.err()).contains("none.gguf").contains("does not exist");
    }
}
