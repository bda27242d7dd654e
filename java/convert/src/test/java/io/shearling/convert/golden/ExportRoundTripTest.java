package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.convert.architecture.Architectures;
import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.convert.export.ExportReport;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Converted, exported and converted again is the same. */
class ExportRoundTripTest {
    private static final Set<String> CLASSES = Set.of(
            "LlamaForCausalLM",
            "MistralForCausalLM",
            "MixtralForCausalLM",
            "Qwen2ForCausalLM",
            "Qwen3ForCausalLM",
            "Qwen2MoeForCausalLM",
            "Qwen3MoeForCausalLM",
            "Gemma3ForCausalLM",
            "Phi3ForCausalLM",
            "BertModel");

    /** Output in parts; what leaves rows of a head out; and scales beside blocks, which no checkpoint of floats has a place for. */
    private static final Set<String> OTHERS = Set.of(
            "llama-split",
            "qwen3-reranker",
            "qwen3-reranker-head",
            "llama-nvfp4",
            "qwen3-ct-nvfp4",
            "qwen3-nvfp4",
            "qwen3moe-nvfp4");

    @TempDir
    private Path folder = Path.of("");

    static List<String> fixtures() {
        return Golden.names().stream()
                .filter(name -> !OTHERS.contains(name))
                .filter(name -> CLASSES.contains(Golden.named(name).text("architecture"))
                        && Architectures.models().contains(Golden.named(name).text("architecture")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void export_convertedFixture_convertsToTheSame(String name) throws IOException {
        Golden golden = Golden.named(name);
        for (Golden.Output output : golden.outputs()) {
            Optional<OutputType> type = OutputType.fromName(output.type()).filter(one -> one != OutputType.Q8_0);
            Path parent = Files.createDirectory(folder.resolve(output.type() + "-" + output.config()));
            Path checkpoint = new CheckpointFixture(golden).write(parent, output.config());
            Path one = convert(checkpoint, parent.resolve("one.gguf"), golden, type);
            Path exported = Files.createDirectory(parent.resolve("back")).resolve(golden.text("directory"));
            try (Export export = Export.of(one, ExportOptions.DEFAULT)) {
                ExportReport report = export.write(exported, ConversionListener.NONE);
                assertThat(report.notes()).isEmpty();
                assertThat(report.folder()).isEqualTo(exported.toAbsolutePath());
                assertThat(export.tensors()).noneMatch(tensor -> tensor.dequantized());
            }
            Path two = convert(exported, parent.resolve("two.gguf"), golden, type);
            try (GgufFile before = GgufFile.open(one);
                    GgufFile after = GgufFile.open(two)) {
                assertThat(new GgufText(after).keys())
                        .as("keys of %s", parent.getFileName())
                        .containsExactlyElementsOf(new GgufText(before).keys());
                assertThat(new GgufText(after).tensors())
                        .as("tensors of %s", parent.getFileName())
                        .containsExactlyInAnyOrderElementsOf(new GgufText(before).tensors());
            }
        }
    }

    private static Path convert(Path checkpoint, Path target, Golden golden, Optional<OutputType> type) {
        Optional<String> pre = golden.json()
                .find("pre")
                .flatMap(JsonValue::fields)
                .flatMap(found -> found.find("name"))
                .flatMap(JsonValue::text);
        ConversionOptions options = ConversionOptions.DEFAULT.withThreads(2);
        options = type.map(options::withType).orElse(options);
        options = pre.map(options::withPreTokenizer).orElse(options);
        try (Conversion conversion = Conversion.of(checkpoint, options)) {
            return conversion.write(target, ConversionListener.NONE);
        }
    }
}
