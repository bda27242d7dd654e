package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.row.RowDecoder;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.quantize.GptqSettings;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationListener;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.statistics.GramMatrices;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounding with error feedback of a model of two blocks, 256 wide. */
@Tag("once")
@ExtendWith(NativeLeakCheck.class)
class GptqRoundingIT {
    private static final QuantizationListener NOBODY = (done, all) -> {};
    private static final int CHUNK = 64;
    private static final int ROWS = 48;
    private static final StatisticsSettings LAST_STATES = StatisticsSettings.upTo(1, CHUNK, 1, List.of(), false);

    @TempDir
    static Path folder;

    private static Path model;
    private static GptqSettings settings;
    private static Map<String, float[]> grams;

    private Path out = Path.of("");

    @BeforeAll
    static void makeModel() {
        Path checkpoint = new TinyCheckpoint(256, 2, 4, 2, 7).write(folder.resolve("checkpoint"));
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(OutputType.F16))) {
            model = conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
        settings = GptqSettings.of(Prose.words(folder, 1, 1500)).withChunks(CHUNK, 12);
        grams = grams();
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private Path write(QuantizationPreset preset, UnaryOperator<QuantizationOptions> change) throws IOException {
        out = Files.createTempDirectory(folder, "out");
        Path target = out.resolve("small.gguf");
        try (Quantization quantization = Quantization.of(model, change.apply(QuantizationOptions.of(preset)))) {
            return quantization.write(target, SplitRule.NONE, NOBODY);
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static float[] of(Map<String, float[]> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static Map<String, float[]> values(Path path) {
        Map<String, float[]> values = new LinkedHashMap<>();
        try (GgufFile file = GgufFile.open(path)) {
            for (TensorInfo tensor : file.tensors()) {
                ByteBuffer data = ByteBuffer.allocateDirect((int) tensor.sizeBytes());
                file.read(tensor, 0, data);
                float[] decoded = new float[(int) tensor.shape().elements()];
                RowDecoder.find(tensor.type())
                        .orElseThrow()
                        .decode(tensor.type(), data.flip().order(ByteOrder.LITTLE_ENDIAN), decoded, 0, decoded.length);
                values.put(tensor.name(), decoded);
            }
        }
        return values;
    }

    /** Of each weight [columns, columns]: the Gram matrix of its inputs in the original. */
    private static Map<String, float[]> grams() {
        Map<String, float[]> grams = new LinkedHashMap<>();
        try (Model loaded = Model.load(model)) {
            Text text = settings.text();
            TextChunks chunks = TextChunks.of(loaded, text, CHUNK, 12);
            Statistics statistics = Statistics.collect(
                    loaded, text, StatisticsOptions.DEFAULT.withChunks(CHUNK, 2), StatisticsListener.NONE);
            List<String> weights = List.copyOf(statistics.inputs().keySet());
            GramMatrices.collect(loaded, chunks, statistics, weights, 1, 1 << 30, StatisticsListener.NONE, gram -> {
                float[] values = new float[gram.columns() * gram.columns()];
                gram.values().get(values);
                statistics.inputs().forEach((weight, input) -> {
                    if (input.equals(gram.weight())) {
                        grams.put(weight, values);
                    }
                });
            });
        }
        return grams;
    }

    /** tr(E G E\u1d40) of some rows. */
    private static double loss(float[] exact, float[] rounded, float[] gram) {
        int n = (int) Math.sqrt(gram.length);
        double loss = 0;
        double[] e = new double[n];
        for (int row = 0; row < Math.min(ROWS, exact.length / n); row++) {
            for (int i = 0; i < n; i++) {
                e[i] = (double) exact[row * n + i] - rounded[row * n + i];
            }
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += gram[i * n + j] * e[j];
                }
                loss += e[i] * sum;
            }
        }
        return loss;
    }

    @ParameterizedTest
    @EnumSource(
            value = QuantizationPreset.class,
            names = {
                "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_S", "Q6_K", "IQ4_NL", "IQ4_XS"
            })
    void write_everyType_losesLessThanTheNearestValues(QuantizationPreset preset) throws IOException {
        Path nearest = write(preset, options -> options);
        Path rounded = write(preset, options -> options.withGptq(settings));
        try (GgufFile a = GgufFile.open(nearest);
                GgufFile b = GgufFile.open(rounded)) {
            assertThat(b.tensors())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("fileOffset")
                    .isEqualTo(a.tensors());
        }
        Map<String, float[]> exact = values(model);
        Map<String, float[]> before = values(nearest);
        Map<String, float[]> after = values(rounded);
        assertThat(grams).hasSize(14);
        grams.forEach((name, gram) -> assertThat(loss(of(exact, name), of(after, name), gram))
                .as(name)
                .isLessThan(0.9 * loss(of(exact, name), of(before, name), gram)));
        try (Model loaded = Model.load(rounded)) {
            assertThat(loaded.parameterCount()).isPositive();
        }
    }

    @Test
    void write_threadsAndMemory_makeNoDifference() throws IOException {
        byte[] one = Files.readAllBytes(write(
                QuantizationPreset.Q4_K_M, options -> options.withGptq(settings).withThreads(1)));
        for (int threads : new int[] {2, 4}) {
            // Room for the sums of one weight at a time.
            GptqSettings little = settings.withMemoryBytes(2L * 1024 * 1024);
            assertThat(write(
                            QuantizationPreset.Q4_K_M,
                            options -> options.withGptq(little).withThreads(threads)))
                    .hasBinaryContent(one);
        }
    }

    @Test
    void write_quantizedInputs_isAnotherModelAndLeavesNothingElse() throws IOException {
        byte[] plain = Files.readAllBytes(write(QuantizationPreset.Q4_0, options -> options.withGptq(settings)));
        GptqSettings quantized = settings.withQuantizedInputs();
        Path written = write(QuantizationPreset.Q4_0, options -> options.withGptq(quantized));
        assertThat(Files.readAllBytes(written)).isNotEqualTo(plain);
        assertThat(files(out)).containsExactly("small.gguf");
        // Room for the sums of one weight at a time.
        GptqSettings little = quantized.withMemoryBytes(6L * 1024 * 1024);
        for (int threads : new int[] {1, 2, 4}) {
            assertThat(write(
                            QuantizationPreset.Q4_0,
                            options -> options.withGptq(little).withThreads(threads)))
                    .hasSameBinaryContentAs(written);
        }
    }

    /** Of the states after the last block, over chunks of the text. */
    private static double error(Path quantized) {
        double error = 0;
        try (Model exact = Model.load(model);
                Model other = Model.load(quantized);
                StatisticsCollector a = new StatisticsCollector(exact, LAST_STATES);
                StatisticsCollector b = new StatisticsCollector(other, LAST_STATES)) {
            TextChunks chunks = TextChunks.of(exact, settings.text(), CHUNK, 12);
            float[] expected = new float[CHUNK * 256];
            float[] found = new float[CHUNK * 256];
            for (int chunk = 0; chunk < chunks.count(); chunk++) {
                a.step(chunks.chunk(chunk), null, CHUNK, false, expected);
                b.step(chunks.chunk(chunk), null, CHUNK, false, found);
                for (int i = 0; i < found.length; i++) {
                    error += ((double) found[i] - expected[i]) * ((double) found[i] - expected[i]);
                }
            }
        }
        return error;
    }

    @Test
    void write_quantizedInputs_bringsTheStatesNearer() throws IOException {
        double nearest = error(write(QuantizationPreset.Q4_0, options -> options));
        double plain = error(write(QuantizationPreset.Q4_0, options -> options.withGptq(settings)));
        double corrected =
                error(write(QuantizationPreset.Q4_0, options -> options.withGptq(settings.withQuantizedInputs())));
        assertThat(plain).isLessThan(nearest);
        assertThat(corrected).isLessThan(plain);
    }

    @Test
    void write_interruptedAtAnyMoment_leavesNothing() throws IOException {
        GptqSettings brief = settings.withChunks(CHUNK, 4).withQuantizedInputs();
        boolean happened = true;
        int moment = 0;
        for (; happened; moment++) {
            int[] left = {moment};
            out = Files.createTempDirectory(folder, "out");
            Path target = out.resolve("small.gguf");
            Throwable thrown = catchThrowable(() -> {
                try (Quantization quantization = Quantization.of(
                        model, QuantizationOptions.of(QuantizationPreset.Q4_0).withGptq(brief))) {
                    quantization.write(target, SplitRule.NONE, new QuantizationListener() {
                        @Override
                        public void written(long done, long all) {
                            tick();
                        }

                        @Override
                        public void read(int chunks, int all) {
                            tick();
                        }

                        private void tick() {
                            if (left[0]-- == 0) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    });
                }
            });
            happened = left[0] < 0 && thrown != null;
            if (thrown != null) {
                assertThat(Thread.interrupted()).isTrue();
                assertThat(thrown)
                        .isInstanceOfSatisfying(
                                RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
                assertThat(files(out)).isEmpty();
            }
            // Every moment of a run is a few too many.
            moment += 2;
        }
        assertThat(moment).isGreaterThan(10);
    }

    @Test
    void write_quantizedInputsOfUnlikeBlocks_isRefused() throws IOException {
        Path unlike = TinyModels.in(folder).slidingWindow(3);
        GptqSettings brief =
                GptqSettings.of(settings.text()).withChunks(CHUNK, 2).withQuantizedInputs();
        QuantizationOptions options =
                QuantizationOptions.of(QuantizationPreset.Q4_0).withGptq(brief);
        out = Files.createTempDirectory(folder, "out");
        assertThatThrownBy(() -> {
                    try (Quantization quantization = Quantization.of(unlike, options)) {
                        quantization.write(out.resolve("small.gguf"), SplitRule.NONE, NOBODY);
                    }
                })
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("does not compute alone what it computes in the model")
                .hasMessageContaining("leave --quantized-inputs out");
        assertThat(files(out)).isEmpty();
    }

    @Test
    void write_whatCannotBe_isRefused() {
        assertThatThrownBy(() -> write(QuantizationPreset.F16, options -> options.withGptq(settings)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("none of its tensors gets a type that is rounded with error feedback");
        GptqSettings brief = GptqSettings.of(Text.of("brief.txt", "baa")).withChunks(CHUNK, 0);
        assertThatThrownBy(() -> write(QuantizationPreset.Q4_0, options -> options.withGptq(brief)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("brief.txt")
                .hasMessageContaining("less than 2 chunks of 64");
    }
}
