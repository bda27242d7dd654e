package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.OutputType;
import io.shearling.convert.PlannedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders as they are converted without upstream's faults, and what of theirs is refused. */
class EncoderTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void tensors_bertClassifier_haveThePoolerAsFirstLayer() {
        assertThat(names(checkpoint("bert-classifier"), false))
                .contains("cls.weight", "cls.bias", "cls.output.weight", "cls.output.bias");
    }

    @Test
    void tensors_bertClassifierUpstream_lackThePooler() {
        assertThat(names(checkpoint("bert-classifier"), true))
                .doesNotContain("cls.weight")
                .contains("cls.output.weight");
    }

    @Test
    void tensors_bert_haveNoPooler() {
        assertThat(names(checkpoint("bert"), false)).noneMatch(name -> name.startsWith("cls"));
    }

    @Test
    void tokens_xlmRoberta_haveTheMaskThatItsFileLacks() {
        try (Conversion conversion = Conversion.of(checkpoint("xlm-roberta"), options(false))) {
            List<String> tokens = new ArrayList<>(
                    conversion.metadata().array("tokenizer.ggml.tokens").strings());
            assertThat(tokens.get(301)).isEqualTo("<mask>");
        }
    }

    @Test
    void write_adapters_standBesideTheModel() {
        Path target = folder.resolve("m.gguf");
        List<Long> progress = new ArrayList<>();
        ConversionListener listener = (done, all) -> {
            progress.add(done);
            assertThat(done).isBetween(0L, all);
        };
        try (Conversion conversion = Conversion.of(checkpoint("jina-bert-v3"), options(false))) {
            conversion.write(target, listener);
        }
        assertThat(progress).isSorted();
        assertThat(folder)
                .isDirectoryContaining("glob:**/m.gguf")
                .isDirectoryContaining("glob:**/lora-retrieval.query-m.gguf")
                .isDirectoryContaining("glob:**/lora-text-matching-m.gguf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../1_Pooling", "/tmp", "", ".", "..", "a/b", "a\\\\b", "1_Pooling\\u0000"})
    void pooling_pathElsewhere_isRefused(String path) throws IOException {
        Path checkpoint = checkpoint("bert-pooled");
        Files.writeString(
                checkpoint.resolve("modules.json"), "[{\"type\": \"x.Pooling\", \"path\": \"" + path + "\"}]");
        assertRefused(checkpoint, "the path of a module is no name of a folder");
    }

    @Test
    void pooling_brokenModules_areRefused() throws IOException {
        Path checkpoint = checkpoint("bert-pooled");
        Files.writeString(checkpoint.resolve("modules.json"), "[{");
        assertRefused(checkpoint, "the file is not JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "jina-bert-v3 > \"retrieval.query\", > \"../x\", > its lora_adaptations are no plain names",
                "jina-bert-v3 > \"retrieval.query\", > \"text-matching\", > its lora_adaptations are no plain names",
                "jina-bert-v3 > \"retrieval.query\", > \"a\", \"b\", > names 3 adapters",
                "jina-bert-v3 > \"retrieval.query\", > \"other\", > say nothing of the adapter other",
                "nomic-bert > \"n_positions\": 8192 > \"n_positions\": 4096 > n_positions is none that llama.cpp computes",
                "nomic-bert > \"prenorm\": false > \"prenorm\": true > prenorm is none that llama.cpp computes",
                "nomic-bert > \"swiglu\" > \"gelu\" > activation_function is none that llama.cpp computes",
                "nomic-bert-moe-hf > \"num_experts\": 4 > \"num_experts\": 3 > 3 experts of 32 rows",
                "roberta > \"pad_token_id\": 1 > \"pad_token_id\": 70 > pad_token_id leaves no positions",
                "bert-classifier > \"2\": \"good\" > \"x\": \"good\" > id2label is no list of names by number"
            })
    void config_contradicting_isRefused(String name, String one, String other, String message) throws IOException {
        Path checkpoint = checkpoint(name);
        Path config = checkpoint.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(one);
        Files.writeString(config, text.replace(one, other));
        assertRefused(checkpoint, message);
    }

    private void assertRefused(Path checkpoint, String message) {
        assertThatThrownBy(() -> Conversion.of(checkpoint, options(false)).close())
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(message);
    }

    private static List<String> names(Path checkpoint, boolean upstream) {
        try (Conversion conversion = Conversion.of(checkpoint, options(upstream))) {
            return conversion.tensors().stream().map(PlannedTensor::name).toList();
        }
    }

    private Path checkpoint(String name) {
        return new CheckpointFixture(Golden.named(name)).write(folder, "full");
    }

    private static ConversionOptions options(boolean upstream) {
        ConversionOptions options = ConversionOptions.DEFAULT
                .withType(OutputType.F16)
                .withPreTokenizer("gpt-2")
                .withThreads(1);
        return upstream ? options.asUpstream() : options;
    }
}
