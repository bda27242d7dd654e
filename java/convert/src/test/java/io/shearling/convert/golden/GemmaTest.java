package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.PlannedTensor;
import io.shearling.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of Gemma's models is repaired where upstream's converter is not to be copied, and what is refused. */
class GemmaTest {
    private static final String PATTERN = "gemma3.attention.sliding_window_pattern";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void of_gemmaWithoutSentencePiece_takesTheOtherTokenizer() throws IOException {
        Path checkpoint = checkpoint("gemma");
        Files.delete(checkpoint.resolve("tokenizer.model"));
        Path json = Golden.folder("tokenizers").resolve("hf-gemma").resolve("tokenizer.json");
        Files.copy(json, checkpoint.resolve("tokenizer.json"));
        GgufMetadata metadata = metadata(checkpoint);
        assertThat(metadata.string("tokenizer.ggml.model")).isEqualTo("llama");
        assertThat(metadata.integer("tokenizer.ggml.eot_token_id")).isEqualTo(7);
        assertThat(metadata.bool("tokenizer.ggml.add_space_prefix")).isFalse();
    }

    @Test
    void of_otherLayersWithAWindow_saysWhich() throws IOException {
        Path checkpoint = checkpoint("gemma3");
        assertThat(metadata(checkpoint).keys()).doesNotContain(PATTERN);
        edit(checkpoint.resolve("config.json"), "\"sliding_attention\",\n  \"full", "\"full_attention\",\n  \"full");
        assertThat(GgufText.elements(metadata(checkpoint).array(PATTERN)))
                .isEqualTo("[true, true, true, true, false, false]");
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.asUpstream())) {
            assertThat(conversion.metadata().keys()).doesNotContain(PATTERN);
        }
    }

    @Test
    void of_layersThatAreTooFew_areRefused() throws IOException {
        Path checkpoint = checkpoint("gemma3");
        edit(checkpoint.resolve("config.json"), "\"sliding_attention\",\n  \"full", "\"full");
        refused(checkpoint, "layer_types has 5 values for 6 layers");
    }

    @Test
    void of_denseModules_areTaken() throws IOException {
        Path checkpoint = checkpoint("embeddinggemma-dense");
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT)) {
            assertThat(names(conversion)).startsWith("dense_2.weight", "dense_3.weight");
            assertThat(conversion.metadata().integer("gemma-embedding.dense_2_feat_out"))
                    .isEqualTo(96);
        }
    }

    @Test
    void of_denseModulesThatLlamaCppCannotCompute_areRefused() throws IOException {
        Path checkpoint = checkpoint("embeddinggemma-dense");
        edit(checkpoint.resolve("2_Dense/config.json"), "linear.Identity", "activation.Tanh");
        refused(checkpoint, "the dense layer has an activation function");
        edit(checkpoint.resolve("2_Dense/config.json"), "activation.Tanh", "linear.Identity");
        edit(checkpoint.resolve("modules.json"), "3_Dense", "2_Dense");
        refused(checkpoint, "the dense layers are not two that lead from the model's width back to it");
        edit(checkpoint.resolve("modules.json"), "\"2_Dense\"", "\"../2_Dense\"");
        refused(checkpoint, "the path of a module is no name of a folder");
    }

    @Test
    void of_stackWithAGap_isRefused() throws IOException {
        Path checkpoint = checkpoint("gemma3n");
        edit(checkpoint.resolve("config.json"), "\"altup_num_inputs\": 4", "\"altup_num_inputs\": 5");
        refused(checkpoint, "tensors are missing beside model.altup_projections.0.weight");
    }

    @Test
    void of_gemma4WithAnotherRotaryEmbedding_isRefused() throws IOException {
        Path checkpoint = checkpoint("gemma4");
        edit(checkpoint.resolve("config.json"), "proportional", "default");
        refused(checkpoint, "its rotary embedding for full attention is not proportional");
    }

    private Path checkpoint(String name) {
        return new CheckpointFixture(Golden.named(name)).write(folder, "full");
    }

    private static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private static GgufMetadata metadata(Path checkpoint) {
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT)) {
            return conversion.metadata();
        }
    }

    private static List<String> names(Conversion conversion) {
        return conversion.tensors().stream().map(PlannedTensor::name).toList();
    }

    private static void refused(Path checkpoint, String cause) {
        assertThatThrownBy(() -> Conversion.of(checkpoint, ConversionOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(cause);
    }
}
