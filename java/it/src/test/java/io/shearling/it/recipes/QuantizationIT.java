package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationListener;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.quantize.QuantizedTensor;
import io.shearling.testkit.TinyCheckpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of two blocks, 256 wide, so that most rows fit every type, and what can go wrong with it. */
class QuantizationIT {
    private static final QuantizationListener NOBODY = (done, all) -> {};

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path target = Path.of("");

    @BeforeEach
    void makeModel() throws IOException {
        Path checkpoint = new TinyCheckpoint(256, 2, 4, 2, 7).write(folder.resolve("checkpoint"));
        target = Files.createDirectory(folder.resolve("out")).resolve("small.gguf");
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(OutputType.F16))) {
            model = conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 7})
    void write_anyNumberOfThreads_isTheSame(int threads) throws IOException {
        write(QuantizationPreset.Q4_K_M, options -> options.withThreads(1));
        byte[] one = Files.readAllBytes(target);
        write(QuantizationPreset.Q4_K_M, options -> options.withThreads(threads));
        assertThat(Files.readAllBytes(target)).isEqualTo(one);
    }

    @Test
    void write_requests_getTheirTypes() {
        TypeSettings settings = TypeSettings.NONE
                .withRequests(List.of(request("ffn_down", TensorType.Q6_K), request("ffn", TensorType.Q3_K)))
                .withEmbedding(TensorType.Q8_0);
        write(QuantizationPreset.Q4_0, options -> options.withSettings(settings));
        assertThat(types(target))
                .containsEntry("blk.0.ffn_down.weight", TensorType.Q6_K)
                .containsEntry("blk.1.ffn_up.weight", TensorType.Q3_K)
                .containsEntry("blk.1.attn_q.weight", TensorType.Q4_0)
                .containsEntry("token_embd.weight", TensorType.Q8_0)
                .containsEntry("blk.1.attn_norm.weight", TensorType.F32);
    }

    @Test
    void write_copyWithARequest_changesThatAlone() {
        TypeSettings settings = TypeSettings.NONE.withRequests(List.of(request("attn_v", TensorType.Q8_0)));
        QuantizationOptions all = QuantizationOptions.of(QuantizationPreset.F16);
        QuantizationOptions copy = new QuantizationOptions(
                Optional.empty(), settings, all.importance(), Optional.empty(), false, false, all.threads());
        write(copy);
        Map<String, TensorType> before = types(model);
        types(target)
                .forEach((name, type) -> assertThat(type)
                        .as(name)
                        .isEqualTo(name.contains("attn_v") ? TensorType.Q8_0 : before.get(name)));
    }

    @Test
    void of_rowsThatFitNoBlock_tellsWhatTheyBecome() {
        Path narrow = narrow();
        try (Quantization quantization = Quantization.of(narrow, QuantizationOptions.of(QuantizationPreset.Q4_K_S))) {
            assertThat(quantization.fallbacks())
                    .isNotEmpty()
                    .filteredOn(tensor -> tensor.name().contains("attn_q"))
                    .allSatisfy(tensor -> {
                        assertThat(tensor.wanted()).isEqualTo(TensorType.Q4_K);
                        assertThat(tensor.type()).isEqualTo(TensorType.Q5_0);
                    });
        }
        QuantizationOptions strict =
                QuantizationOptions.of(QuantizationPreset.Q4_K_S).withStrict();
        assertRefused(narrow, strict, Kind.TYPE, "has rows of 96");
    }

    @Test
    void of_quantizedModel_isRefusedUnlessAllowed() {
        write(QuantizationPreset.Q8_0, UnaryOperator.identity());
        Path second = folder.resolve("second.gguf");
        QuantizationOptions options = QuantizationOptions.of(QuantizationPreset.Q4_0);
        assertRefused(target, options, Kind.MODEL, "is quantized already, as q8_0");
        try (Quantization quantization = Quantization.of(target, options.withRequantize())) {
            quantization.write(second, SplitRule.NONE, NOBODY);
        }
        assertThat(types(second)).containsEntry("blk.0.attn_q.weight", TensorType.Q4_0);
    }

    @Test
    void of_requestThatMatchesNothing_isRefused() {
        TypeSettings settings = TypeSettings.NONE.withRequests(List.of(request("attn_norm", TensorType.Q8_0)));
        QuantizationOptions options =
                QuantizationOptions.of(QuantizationPreset.Q4_0).withSettings(settings);
        assertRefused(model, options, Kind.TYPE, "no tensor that can be quantized has a name like attn_norm");
    }

    @Test
    void of_typeThatNeedsImportance_isRefusedWithout() {
        assertRefused(
                model,
                QuantizationOptions.of(QuantizationPreset.IQ2_XS),
                Kind.STATISTICS,
                "is to become iq2_xs, which is of no use without importance values");
    }

    @Test
    void of_importanceOfAnotherModel_isRefused() {
        QuantizationOptions options = QuantizationOptions.of(QuantizationPreset.Q4_0);
        QuantizationOptions wide = options.withImportance(importance(Map.of("blk.0.attn_q.weight", new float[257])));
        assertRefused(model, wide, Kind.STATISTICS, "has 257 values for the 256 columns of blk.0.attn_q.weight");
        QuantizationOptions strange = options.withImportance(importance(Map.of("blk.9.attn_q.weight", new float[256])));
        assertRefused(model, strange, Kind.STATISTICS, "none of its tensors is one of this model");
    }

    @Test
    void write_valueThatIsNoNumber_namesTheTensor() throws IOException {
        poison("blk.1.ffn_up.weight");
        assertThatThrownBy(() -> write(QuantizationPreset.Q4_0, UnaryOperator.identity()))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("the tensor blk.1.ffn_up.weight: of the rows from 0 on, ")
                .hasMessageContaining("the value nan in row 2, column 3 does not fit q4_0");
        assertThat(out()).isEmpty();
    }

    @Test
    void write_valueThatIsNoNumberInACopiedTensor_namesTheTensor() throws IOException {
        poison("blk.1.ffn_up.weight");
        assertThatThrownBy(() -> write(QuantizationPreset.F16, UnaryOperator.identity()))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("the tensor blk.1.ffn_up.weight has the value NaN");
        assertThat(out()).isEmpty();
    }

    @Test
    void write_ontoItsInput_isRefused() throws IOException {
        byte[] before = Files.readAllBytes(model);
        target = model;
        assertThatThrownBy(() -> write(QuantizationPreset.Q4_0, UnaryOperator.identity()))
                .isInstanceOf(GgufException.class);
        assertThat(Files.readAllBytes(model)).isEqualTo(before);
    }

    @Test
    void write_interruptedAtAnyProgress_leavesNothing() throws IOException {
        int moment = 0;
        boolean happened = true;
        while (happened) {
            int[] left = {moment++};
            Throwable thrown = catchThrowable(() -> {
                try (Quantization quantization =
                        Quantization.of(model, QuantizationOptions.of(QuantizationPreset.Q4_0))) {
                    quantization.write(target, SplitRule.NONE, (done, all) -> {
                        if (left[0]-- == 0) {
                            Thread.currentThread().interrupt();
                        }
                    });
                }
            });
            happened = left[0] < 0;
            assertThat(Thread.interrupted()).isEqualTo(happened);
            if (happened) {
                assertThat(thrown)
                        .isInstanceOfSatisfying(
                                RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
                assertThat(out()).isEmpty();
            }
        }
        assertThat(moment).isGreaterThan(2);
        assertThat(out()).containsExactly("small.gguf");
    }

    @Test
    void write_modelCutShortMeanwhile_leavesNothing() throws IOException {
        assertThatThrownBy(() -> {
                    try (Quantization quantization =
                            Quantization.of(model, QuantizationOptions.of(QuantizationPreset.Q4_0))) {
                        quantization.write(target, SplitRule.NONE, (done, all) -> cut());
                    }
                })
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("cannot be read any more");
        assertThat(out()).isEmpty();
    }

    private void cut() {
        try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
            file.setLength(file.length() / 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void poison(String name) throws IOException {
        try (GgufFile file = GgufFile.open(model);
                RandomAccessFile bytes = new RandomAccessFile(model.toFile(), "rw")) {
            TensorInfo tensor = file.tensor(name).orElseThrow();
            long columns = tensor.shape().columns();
            bytes.seek(tensor.fileOffset() + (2 * columns + 3) * Short.BYTES);
            bytes.write(new byte[] {(byte) 0xff, (byte) 0x7f});
        }
    }

    private Path narrow() {
        Path checkpoint = new TinyCheckpoint(96, 1, 4, 4, 2).write(folder.resolve("narrow"));
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(OutputType.BF16))) {
            return conversion.write(folder.resolve("narrow.gguf"), ConversionListener.NONE);
        }
    }

    private static TypeRequest request(String pattern, TensorType type) {
        return new TypeRequest(Pattern.compile(pattern), type);
    }

    private static ColumnImportance importance(Map<String, float[]> values) {
        return new ColumnImportance("other.gguf", List.of(), 0, values);
    }

    private static void assertRefused(Path model, QuantizationOptions options, Kind kind, String reason) {
        assertThatThrownBy(() -> Quantization.of(model, options).close())
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(reason);
    }

    private void write(QuantizationPreset preset, UnaryOperator<QuantizationOptions> change) {
        write(change.apply(QuantizationOptions.of(preset)));
    }

    private void write(QuantizationOptions options) {
        try (Quantization quantization = Quantization.of(model, options)) {
            Path written = quantization.write(target, SplitRule.NONE, NOBODY);
            assertThat(written).isEqualTo(target);
            assertThat(types(target))
                    .hasSize(quantization.tensors().size())
                    .containsAllEntriesOf(quantization.tensors().stream()
                            .collect(Collectors.toMap(QuantizedTensor::name, QuantizedTensor::type)));
        }
    }

    private static Map<String, TensorType> types(Path file) {
        try (GgufFile gguf = GgufFile.open(file)) {
            return gguf.tensors().stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::type));
        }
    }

    private List<String> out() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
