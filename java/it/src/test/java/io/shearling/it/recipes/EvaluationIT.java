package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Base;
import io.shearling.recipes.evaluate.BaseOutputs;
import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of tiny models. */
@Tag("once")
@ExtendWith(NativeLeakCheck.class)
class EvaluationIT {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.DEFAULT.withContextTokens(64).withThreads(1);

    @TempDir
    static Path folder;

    private static TinyModels models;
    private static Text text;

    @BeforeAll
    static void write() {
        models = TinyModels.in(folder);
        text = Prose.words(folder, 1, 1500);
    }

    private static EvaluationReport evaluate(Path model, EvaluationOptions options) {
        try (Model loaded = Model.load(model)) {
            return Evaluation.of(loaded, text, options, EvaluationListener.NONE);
        }
    }

    private static EvaluationReport compare(Path base, Path candidate, EvaluationOptions options) {
        try (Model one = Model.load(base);
                Model other = Model.load(candidate)) {
            return Evaluation.against(one, other, text, options, EvaluationListener.NONE);
        }
    }

    @Test
    void of_everyKindOfMemory_givesAPerplexityNearTheVocabulary() {
        for (Path model : List.of(models.llama(1), models.recurrent(1), models.slidingWindow(1))) {
            EvaluationReport report = evaluate(model, OPTIONS);
            assertThat(report.chunks()).isGreaterThan(20).isEqualTo(report.textTokens() / 64);
            assertThat(report.tokens()).isEqualTo(report.chunks() * 31L);
            assertThat(report.comparison()).isEmpty();
            // Random weights know nothing: about as bad as guessing among some hundred tokens, and not infinitely so.
            assertThat(report.perplexity().value()).isBetween(50.0, 1e6);
            assertThat(report.perplexity().error())
                    .isPositive()
                    .isLessThan(report.perplexity().value());
            assertThat(report.textSha256()).contains(text.sha256());
        }
    }

    @Test
    void against_theSameModel_findsNothing() {
        EvaluationReport report = compare(models.llama(1), models.llama(1), OPTIONS.withStored(true));
        Comparison comparison = report.comparison().orElseThrow();
        assertThat(comparison.kl()).isEqualTo(new Estimate(0, 0));
        assertThat(comparison.klDistribution().maximum()).isZero();
        assertThat(comparison.klBound()).isZero();
        assertThat(comparison.sameTop()).isEqualTo(new Estimate(1, 0));
        assertThat(comparison.ratio().value()).isEqualTo(1);
        assertThat(comparison.perplexity())
                .isEqualTo(comparison.basePerplexity())
                .isEqualTo(report.perplexity());
        assertThat(comparison.rmsDeltaP()).isEqualTo(new Estimate(0, 0));
        assertThat(Math.abs(report.stored().orElseThrow().kl().value())).isLessThanOrEqualTo(report.storedBound());
    }

    @Test
    void against_aQuantizedModel_isALittleOff() {
        EvaluationReport report = compare(models.llama(1), models.llama(1, TensorType.Q8_0), OPTIONS.withStored(true));
        Comparison comparison = report.comparison().orElseThrow();
        assertThat(comparison.kl().value()).isBetween(1e-6, 0.1);
        assertThat(comparison.sameTop().value()).isBetween(0.8, 0.9999);
        Comparison stored = report.stored().orElseThrow();
        assertThat(stored.kl().value()).isCloseTo(comparison.kl().value(), within(report.storedBound()));
        EvaluationReport other = compare(models.llama(1), models.llama(2), OPTIONS);
        assertThat(other.comparison().orElseThrow().kl().value())
                .isGreaterThan(comparison.kl().value() * 100);
    }

    @Test
    void of_aTextThatTheModelWasMadeWith_isRefusedUnlessAllowed() {
        Path statistics = folder.resolve("statistics.gguf");
        try (Model model = Model.load(models.llama(1))) {
            StatisticsOptions options = StatisticsOptions.DEFAULT.withChunks(64, 2);
            Statistics.collect(model, text, options, StatisticsListener.NONE)
                    .importance()
                    .write(statistics);
        }
        QuantizationOptions options =
                QuantizationOptions.of(QuantizationPreset.Q8_0).withImportance(ColumnImportance.of(statistics));
        Path quantized = folder.resolve("calibrated.gguf");
        try (Quantization quantization = Quantization.of(models.llama(1), options)) {
            quantization.write(quantized, SplitRule.NONE, (done, all) -> {});
        }
        assertThatThrownBy(() -> evaluate(quantized, OPTIONS))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("was made with this text")
                .hasMessageContaining("--allow-calibration-text");
        assertThat(evaluate(quantized, OPTIONS.withAllowCalibrationText(true)).chunks())
                .isPositive();
        try (Model model = Model.load(quantized)) {
            Text other = Prose.words(folder, 5, 1500);
            assertThat(Evaluation.of(model, other, OPTIONS, EvaluationListener.NONE)
                            .chunks())
                    .isPositive();
        }
    }

    @Test
    void against_anyNumberOfThreads_givesTheSameFigures() {
        List<EvaluationReport> reports = new ArrayList<>();
        for (int threads : new int[] {1, 2, 4}) {
            reports.add(compare(
                    models.slidingWindow(1),
                    models.slidingWindow(2),
                    OPTIONS.withStored(true).withThreads(threads)));
        }
        assertThat(reports.get(1)).usingRecursiveComparison().isEqualTo(reports.get(0));
        assertThat(reports.get(2)).usingRecursiveComparison().isEqualTo(reports.get(0));
    }

    @Test
    void of_someChunks_isTheBeginningOfAll() {
        List<Estimate> figures = new ArrayList<>();
        List<Integer> chunks = new ArrayList<>();
        try (Model model = Model.load(models.llama(3))) {
            EvaluationOptions wide = OPTIONS.withContextTokens(1024).withChunks(3);
            Evaluation.of(model, text, wide, (done, all, figure) -> {
                assertThat(all).isEqualTo(3);
                chunks.add(done);
                figures.add(figure);
            });
            assertThat(chunks).containsExactly(2, 3); // 2048 tokens a step
            EvaluationReport two = Evaluation.of(model, text, wide.withChunks(2), EvaluationListener.NONE);
            assertThat(two.perplexity()).isEqualTo(figures.get(0));
        }
    }

    @Test
    void of_errorThatIsSmallEnough_stopsEarly() {
        EvaluationOptions narrow = OPTIONS.withContextTokens(256);
        EvaluationReport all = evaluate(models.llama(1), narrow);
        double error = all.perplexity().relativeError();
        EvaluationReport some = evaluate(models.llama(1), narrow.withEnough(error * 1.3));
        assertThat(some.stoppedEarly()).isTrue();
        assertThat(some.chunks()).isLessThan(all.chunks());
        assertThat(some.perplexity().relativeError()).isBetween(error, error * 1.3);
        assertThat(evaluate(models.llama(1), narrow.withEnough(error / 2)).stoppedEarly())
                .isFalse();
    }

    @Test
    void of_textThatIsTooShort_isRefused() {
        assertThatThrownBy(() -> evaluate(models.llama(1), OPTIONS.withChunks(100_000)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("words-1.txt: it has ")
                .hasMessageContaining("and 100000 are asked for; give a longer text");
        assertThatThrownBy(() -> evaluate(models.llama(1), OPTIONS.withContextTokens(1 << 20)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("which are 0 chunks of 1048576, and 1 is needed");
    }

    @Test
    void against_otherVocabulary_isRefused() {
        assertThatThrownBy(() -> compare(models.bert(1), models.llama(1), OPTIONS))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("the vocabularies of tiny-bert-1.gguf and ")
                .hasMessageContaining("compare a model with the one that it was made from");
    }

    @Test
    void of_anEncoder_isRefused() {
        assertThatThrownBy(() -> evaluate(models.bert(1), OPTIONS))
                .isInstanceOfSatisfying(
                        ShearlingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
                .hasMessageContaining("tiny-bert-1.gguf reads a text as a whole");
    }

    @Test
    void against_weightsThatAreNoNumbers_namesModelAndChunk() throws IOException {
        Path broken = TinyModels.in(folder.resolve("nan")).llama(1);
        int token;
        try (Model model = Model.load(broken)) {
            token = model.tokenizer().encode(text.text())[30];
        }
        // The probe of a load looks at another token.
        try (GgufFile file = GgufFile.open(broken);
                FileChannel channel = FileChannel.open(broken, StandardOpenOption.WRITE)) {
            TensorInfo table = file.tensor("token_embd.weight").orElseThrow();
            long row = table.fileOffset() + token * table.shape().columns() * Float.BYTES;
            ByteBuffer nan = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(nan.putFloat(0, Float.NaN), row);
        }
        assertThatThrownBy(() -> compare(models.llama(1), broken, OPTIONS))
                .isInstanceOf(ShearlingException.class)
                .hasMessageContaining("in chunk 1 the candidate computes values that are no numbers (NaN or infinity)")
                .hasMessageContaining("what blk.0.attn_q.weight is multiplied with is not finite in column 0");
        assertThatThrownBy(() -> compare(broken, models.llama(1), OPTIONS))
                .hasMessageStartingWith(
                        "cannot evaluate tiny-llama-f32-1.gguf against tiny-llama-f32-1.gguf: in chunk 1"
                                + " the base computes values");
    }

    @Test
    void of_interruptedThread_isCancelledAndLeavesNoFile() throws IOException {
        Path cache = folder.resolve("interrupted.base");
        try (Model model = Model.load(models.llama(1))) {
            BaseOutputs outputs = new BaseOutputs(Optional.empty(), Optional.of(cache));
            EvaluationListener interrupting =
                    (done, all, figure) -> Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Evaluation.run(
                            model,
                            new Base.None(),
                            Optional.of(text),
                            OPTIONS.withContextTokens(512),
                            outputs,
                            interrupting))
                    .isInstanceOfSatisfying(
                            ShearlingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(String::valueOf)).noneMatch(name -> name.contains("interrupted"));
        }
    }
}
