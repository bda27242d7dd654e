package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that contradict themselves, and what is said of them. */
class RefusalTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void convert_rerankerWithoutAnswers_namesTheToken() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("qwen3-reranker")).write(folder, "full");
        change(checkpoint, "tokenizer_config.json", "\"yes\"", "\"yea\"");
        refused(checkpoint, "this is a reranker, and its tokenizer has no token \"yes\"");
    }

    @Test
    void convert_hybridWithoutLayerTypes_namesThem() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("granitehybrid")).write(folder, "full");
        change(checkpoint, "config.json", "\"layer_types\"", "\"layers\"");
        refused(checkpoint, "layer_types has 0 values for 2 layers");
    }

    @Test
    void convert_layerTypesOfAnotherNumber_countsThem() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("lfm2")).write(folder, "full");
        change(checkpoint, "config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
        refused(checkpoint, "layer_types has 2 values for 3 layers");
    }

    @Test
    void convert_latentAttentionOfAnotherWidth_namesTheTensor() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("deepseek2")).write(folder, "full");
        change(checkpoint, "config.json", "\"v_head_dim\": 16", "\"v_head_dim\": 24");
        refused(checkpoint, "blk.0.attn_k_b.weight has the shape [128, 32], where a matrix of 160 rows is needed");
    }

    @Test
    void convert_stateSpaceOfOtherParts_isRefused() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("mamba")).write(folder, "full");
        change(checkpoint, "config.json", "\"intermediate_size\": 128", "\"intermediate_size\": 192");
        refused(checkpoint, "its state space has 192 channels, and llama.cpp only knows 128");
    }

    @Test
    void convert_otherActivation_isRefused() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("falcon-h1")).write(folder, "full");
        change(checkpoint, "config.json", "\"silu\"", "\"gelu\"");
        refused(checkpoint, "its activation is gelu");
    }

    private static void change(Path checkpoint, String name, String from, String to) throws IOException {
        Path file = checkpoint.resolve(name);
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    private static void refused(Path checkpoint, String cause) {
        ConversionOptions options =
                ConversionOptions.DEFAULT.withPreTokenizer("gpt-2").withThreads(1);
        assertThatThrownBy(() -> Conversion.of(checkpoint, options).close())
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(cause);
    }
}
