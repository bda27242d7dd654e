package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Adapter;
import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.convert.architecture.Architectures;
import io.shearling.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints of every architecture that is known, against what upstream's converter writes: all keys, all tensors. */
class GoldenTest {
    @TempDir
    private Path folder = Path.of("");

    static List<String> fixtures() {
        return Golden.names().stream()
                .filter(name -> !name.equals("llama-split")) // SplitGoldenTest
                .filter(name ->
                        Architectures.models().contains(Golden.named(name).text("architecture")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void convert_fixture_equalsUpstreams(String name) throws IOException {
        Golden golden = Golden.named(name);
        for (Golden.Output expected : golden.outputs()) {
            String variant = expected.type() + "-" + expected.config() + String.join("", expected.arguments());
            Path parent = Files.createDirectory(folder.resolve(variant));
            Path checkpoint = new CheckpointFixture(golden).write(parent, expected.config());
            Path target = parent.resolve("model.gguf");
            ConversionOptions alike = golden.options().asUpstream();
            ConversionOptions options = OutputType.fromName(expected.type())
                    .map(alike::withType)
                    .orElse(alike)
                    .withDenseModules(expected.arguments().contains("--sentence-transformers-dense-modules"));
            try (Conversion conversion = Conversion.of(checkpoint, options)) {
                conversion.write(target, ConversionListener.NONE);
                assertThat(conversion.adapters().stream().map(Adapter::name))
                        .containsExactlyInAnyOrderElementsOf(expected.adapters().keySet());
                for (Adapter adapter : conversion.adapters()) {
                    compare(
                            adapter.beside(target),
                            Objects.requireNonNull(expected.adapters().get(adapter.name())),
                            variant + " " + adapter.name());
                }
            }
            compare(target, expected, variant);
        }
    }

    private static void compare(Path path, Golden.Output expected, String variant) {
        try (GgufFile file = GgufFile.open(path)) {
            GgufText actual = new GgufText(file);
            assertThat(actual.keys())
                    .as("keys of %s", variant)
                    .containsExactlyElementsOf(GgufText.keys(expected.keys()));
            assertThat(actual.tensors())
                    .as("tensors of %s", variant)
                    .containsExactlyElementsOf(actual.rowsNear(expected.tensors()));
        }
    }
}
