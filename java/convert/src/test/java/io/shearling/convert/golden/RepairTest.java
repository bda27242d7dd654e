package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is otherwise than upstream's converter has it, where its file could not be loaded. */
class RepairTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void convert_predictingLayersThatAreMissing_areNotNamed() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("qwen35-bare")).write(folder, "full");
        GgufMetadata repaired = metadata(checkpoint, false);
        assertThat(repaired.integer("qwen35.block_count")).isEqualTo(2);
        assertThat(repaired.keys()).doesNotContain("qwen35.nextn_predict_layers");
        assertThat(flags(repaired, "qwen35.attention.recurrent_layers")).isEqualTo("[true, false]");
        GgufMetadata upstream = metadata(checkpoint, true);
        assertThat(upstream.integer("qwen35.block_count")).isEqualTo(3);
        assertThat(upstream.integer("qwen35.nextn_predict_layers")).isEqualTo(1);
    }

    @Test
    void convert_vocabularyFilledUp_isAsLongAsTheEmbeddings() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("mamba2")).write(folder, "full");
        Path config = checkpoint.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"vocab_size\": 512", "\"vocab_size\": 513"));
        assertThat(tokens(metadata(checkpoint, false))).isEqualTo(512);
        assertThat(tokens(metadata(checkpoint, true))).isEqualTo(528);
    }

    @Test
    void convert_functionThatScoresExperts_isNamed() throws IOException {
        Path checkpoint = new CheckpointFixture(Golden.named("deepseek3")).write(folder, "full");
        Path config = checkpoint.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"scoring_func\": \"sigmoid\",", ""));
        assertThat(metadata(checkpoint, false).integer("deepseek2.expert_gating_func"))
                .isEqualTo(2);
        assertThat(metadata(checkpoint, true).keys()).doesNotContain("deepseek2.expert_gating_func");
    }

    private static GgufMetadata metadata(Path checkpoint, boolean upstream) {
        ConversionOptions options =
                ConversionOptions.DEFAULT.withPreTokenizer("qwen2").withThreads(1);
        try (Conversion conversion = Conversion.of(checkpoint, upstream ? options.asUpstream() : options)) {
            return conversion.metadata();
        }
    }

    private static int tokens(GgufMetadata metadata) {
        return metadata.array("tokenizer.ggml.tokens").size();
    }

    private static String flags(GgufMetadata metadata, String key) {
        return Arrays.toString(metadata.array(key).bools());
    }
}
