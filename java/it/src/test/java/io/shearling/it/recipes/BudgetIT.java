package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.budget.BudgetListener;
import io.shearling.recipes.budget.BudgetOptions;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.budget.BudgetSearch;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.GptqSettings;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.speed.SpeedGoal;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets of a tiny model. */
@Tag("once")
@ExtendWith(NativeLeakCheck.class)
class BudgetIT {
    private static final int CONTEXT = 32;

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path target = Path.of("");
    private Text text = new Text("", "", "");

    @BeforeEach
    void make() throws IOException {
        model = TinyModels.in(folder).llama(1);
        target = Files.createDirectory(folder.resolve("out")).resolve("small.gguf");
        text = Prose.words(folder, 3, 200);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static BudgetOptions.Builder few() {
        return BudgetOptions.builder()
                .threads(1)
                .contextTokens(CONTEXT)
                .searchChunks(1)
                .verificationChunks(2)
                .importanceChunks(2);
    }

    /** With so much that is given that little is left to measure. */
    private static BudgetOptions.Builder fewer() {
        TypeRequest most = new TypeRequest(Pattern.compile("ffn|attn_[qk]|output"), TensorType.Q5_0);
        return few().settings(TypeSettings.NONE.withRequests(List.of(most)));
    }

    private BudgetReport run(Budget budget, BudgetOptions.Builder options) {
        return BudgetSearch.run(model, target, budget, text, options.build(), BudgetListener.NONE);
    }

    private Budget.Size half() throws IOException {
        return new Budget.Size(sizeOf(QuantizationPreset.Q5_0));
    }

    private long sizeOf(QuantizationPreset preset) throws IOException {
        Path file = folder.resolve(preset.name());
        write(QuantizationOptions.of(preset), file);
        return Files.size(file);
    }

    private void write(QuantizationOptions options, Path file) {
        try (Quantization quantization = Quantization.of(model, options)) {
            quantization.write(file, SplitRule.NONE, (done, all) -> {});
        }
    }

    @Test
    void run_size_isKeptAndNoPresetIsBetter() throws IOException {
        Budget.Size budget = half();
        BudgetReport report = run(budget, few());
        write(report.options(), target);
        assertThat(Files.size(target))
                .isLessThanOrEqualTo(budget.bytes())
                .isEqualTo(report.result().sizeBytes());
        assertThat(report.preset()).hasValueSatisfying(preset -> {
            assertThat(preset.sizeBytes()).isLessThanOrEqualTo(budget.bytes());
            assertThat(report.result().kl().value())
                    .isLessThanOrEqualTo(preset.kl().value());
        });
        assertThat(report.shares()).extracting("role").contains("token_embd", "output", "attn_v", "ffn_down");
        assertThat(report.shares().stream()
                        .mapToDouble(share -> share.predictedShare())
                        .sum())
                .isBetween(0.999, 1.001);
        assertThat(report.textSha256()).isEqualTo(text.sha256());
        assertThat(report.collected()).isPresent();
        assertThat(out()).containsExactly("small.gguf");
    }

    @Test
    void types_asRequestsOfAnyMix_makeTheSameFile() throws IOException {
        BudgetReport report = run(half(), few());
        write(report.options(), target);
        List<TypeRequest> requests = report.types()
                .text()
                .lines()
                .map(line -> line.split("=", 2))
                .map(pair -> new TypeRequest(
                        Pattern.compile(pair[0]), TensorType.fromName(pair[1]).orElseThrow()))
                .toList();
        Path again = folder.resolve("again.gguf");
        QuantizationOptions options = QuantizationOptions.of(report.fileType().orElseThrow())
                .withImportance(report.options().importance().orElseThrow())
                .withSettings(TypeSettings.NONE.withRequests(requests));
        write(options, again);
        assertThat(again).hasSameBinaryContentAs(target);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void run_anyNumberOfThreads_findsTheSame(int threads) throws IOException {
        Budget budget = half();
        BudgetReport one = run(budget, fewer());
        BudgetReport other = run(budget, fewer().threads(threads));
        assertThat(one.shares().stream().filter(share -> !Double.isNaN(share.sensitivity())))
                .hasSizeBetween(3, 6);
        assertThat(other.types()).isEqualTo(one.types());
        assertThat(other.shares()).isEqualTo(one.shares());
        assertThat(other.result()).isEqualTo(one.result());
        assertThat(other.difference()).isEqualTo(one.difference());
    }

    @Test
    void run_bitsPerWeight_areKept() {
        BudgetReport report = run(new Budget.BitsPerWeight(6.5), few());
        assertThat(report.result().bitsPerWeight()).isBetween(6.0, 6.5);
    }

    @Test
    void run_maxDivergence_isKeptByAModelThatIsSmaller() throws IOException {
        Estimate best = run(new Budget.Size(1L << 40), fewer()).result().kl();
        double limit = 1.2 * (best.value() + best.error());
        BudgetReport report = run(new Budget.MaxDivergence(limit), fewer());
        assertThat(report.result().kl().value() + report.result().kl().error()).isLessThanOrEqualTo(limit);
        assertThat(report.result().sizeBytes()).isLessThan(sizeOf(QuantizationPreset.F16));
        assertThat(out()).isEmpty();
    }

    @Test
    void run_maxDivergenceThatNothingHas_measuresEachChoiceOnce() throws IOException {
        int[] measured = {0};
        BudgetListener counting =
                (step, what, done, all) -> measured[0] += step == BudgetListener.Step.VERIFICATION ? 1 : 0;
        assertThatThrownBy(() -> BudgetSearch.run(
                        model, target, new Budget.MaxDivergence(1e-12), text, fewer().build(), counting))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("a KL divergence of 1.0E-12 is impossible: the best that its types reach");
        assertThat(measured[0]).isBetween(1, 2);
        assertThat(out()).isEmpty();
    }

    @Test
    void run_roundingOfTypesThatHaveNone_isLeftOutAndSaid() {
        TypeRequest all = new TypeRequest(Pattern.compile("weight"), TensorType.F16);
        BudgetOptions.Builder options = few().settings(TypeSettings.NONE.withRequests(List.of(all)))
                .rounding(GptqSettings.of(text).withChunks(CONTEXT, 2));
        BudgetReport report = run(new Budget.Size(1L << 40), options);
        assertThat(report.options().gptq()).isEmpty();
        assertThat(report.unrounded())
                .hasValueSatisfying(why -> assertThat(why).contains("is rounded with error feedback"));
        write(report.options(), target);
        BudgetReport rounded = run(
                new Budget.Size(1L << 40),
                fewer().rounding(GptqSettings.of(text).withChunks(CONTEXT, 2)));
        assertThat(rounded.options().gptq()).isPresent();
        assertThat(rounded.unrounded()).isEmpty();
    }

    @Test
    void run_textWithoutBlanks_isCutAllTheSame() {
        text = Prose.write(folder.resolve("blankless.txt"), text.text().replaceAll("\\s", ""));
        BudgetReport report = run(new Budget.Size(1L << 40), fewer());
        assertThat(report.verificationChunks()).isEqualTo(2);
    }

    @Test
    void run_sensitivitiesWithoutAFolder_areRefusedBeforeAnythingIsDone() throws IOException {
        Budget.Size budget = half();
        BudgetListener none = (step, what, done, all) -> {
            throw new AssertionError(step);
        };
        Path kept = folder.resolve("none/kept.txt");
        assertThatThrownBy(() -> BudgetSearch.run(
                        model, target, budget, text, few().sensitivities(kept).build(), none))
                .isInstanceOf(RecipeException.class)
                .hasMessage(kept + ": the directory " + kept.getParent()
                        + " does not exist; create it or name another place");
        assertThat(out()).isEmpty();
    }

    @Test
    void run_speed_isReachedAndItsTimesAreKept() throws IOException {
        Path profiles = folder.resolve("profiles");
        SpeedGoal slow = new SpeedGoal(OptionalDouble.of(0.5), OptionalDouble.of(0.5));
        BudgetReport report = run(new Budget.AnySize(), fewer().speed(slow, profiles));
        assertThat(report.speed())
                .hasValueSatisfying(speed -> assertThat(speed.met()).isTrue());
        assertThat(report.result().speed()).hasValueSatisfying(speed -> {
            assertThat(speed.generation()).isPositive();
            assertThat(speed.prompt()).isPositive();
        });
        assertThat(report.result().predictedSpeed())
                .hasValueSatisfying(speed -> assertThat(speed.generation()).isPositive());
        Path file = report.profile().orElseThrow().file();
        assertThat(file).hasParent(profiles);
        String kept = Files.readString(file);
        assertThat(kept).contains("llama.cpp").contains("q5_0 ").contains("f16 ");
        // Where nothing is in the way of quality, nothing is given away for speed.
        report.types().types().forEach((name, type) -> {
            if (name.contains("attn_v")) {
                assertThat(type).as(name).isEqualTo(TensorType.F16);
            }
        });
        run(half(), fewer().speed(slow, profiles));
        assertThat(file).content().isEqualTo(kept);
    }

    @Test
    void run_speedThatNothingHas_namesTheFastest() throws IOException {
        SpeedGoal goal = new SpeedGoal(OptionalDouble.of(1e9), OptionalDouble.empty());
        assertThatThrownBy(() -> run(new Budget.AnySize(), fewer().speed(goal, folder.resolve("profiles"))))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("a budget of 1000000000 tokens a second generated is impossible: the fastest")
                .hasMessageContaining("generated; ask for no more");
        assertThat(out()).isEmpty();
    }

    @Test
    void run_speedAndDivergence_areNoBudget() {
        SpeedGoal goal = new SpeedGoal(OptionalDouble.of(1), OptionalDouble.empty());
        assertThatThrownBy(() -> run(new Budget.MaxDivergence(1), fewer().speed(goal, folder)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> run(new Budget.AnySize(), fewer())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void run_impossibleSize_namesTheSmallest() throws IOException {
        Throwable thrown = catchThrowable(() -> run(new Budget.Size(1000), few()));
        assertThat(thrown).isInstanceOf(RecipeException.class);
        Matcher message = Pattern.compile(
                        "is impossible: the smallest that its types make is (\\d+) bytes, or ([0-9.]+) bits")
                .matcher(thrown.getMessage());
        assertThat(message.find()).isTrue();
        Budget smallest = new Budget.Size(Long.parseLong(message.group(1)));
        BudgetReport report = run(smallest, few());
        assertThat(report.result().sizeBytes()).isEqualTo(Long.parseLong(message.group(1)));
        double bits = Double.parseDouble(message.group(2));
        assertThat(run(new Budget.BitsPerWeight(bits), few()).result().sizeBytes())
                .isEqualTo(report.result().sizeBytes());
        assertThatThrownBy(() -> run(new Budget.BitsPerWeight(bits - 0.02), few()))
                .hasMessageContaining("is impossible");
        assertThat(out()).isEmpty();
    }

    @Test
    void run_moreThanEverything_isTheBestAndSaysSo() {
        BudgetReport report = run(new Budget.Size(1L << 40), few());
        assertThat(report.types().types())
                .isNotEmpty()
                .allSatisfy((name, type) -> assertThat(type).isEqualTo(TensorType.F16));
        assertThat(report.limit()).hasValueSatisfying(limit -> assertThat(limit).contains("the budget is larger than"));
    }

    @Test
    void run_givenTypes_stay() throws IOException {
        TypeSettings given = TypeSettings.NONE
                .withRequests(List.of(new TypeRequest(Pattern.compile("ffn_up"), TensorType.Q4_1)))
                .withOutput(TensorType.Q8_0);
        Map<String, TensorType> types =
                run(half(), few().settings(given)).types().types();
        assertThat(types)
                .containsEntry("blk.0.ffn_up.weight", TensorType.Q4_1)
                .containsEntry("blk.1.ffn_up.weight", TensorType.Q4_1)
                .containsEntry("output.weight", TensorType.Q8_0);
        TypeSettings nothing =
                TypeSettings.NONE.withRequests(List.of(new TypeRequest(Pattern.compile("knit"), TensorType.Q4_1)));
        assertThatThrownBy(() -> run(half(), few().settings(nothing)))
                .hasMessageContaining("no tensor that can be quantized has a name like knit");
    }

    @Test
    void run_shortText_saysHowMuchIsNeeded() {
        text = Prose.write(folder.resolve("short.txt"), "a sheep");
        assertThatThrownBy(() -> run(half(), few()))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("short.txt: it has ")
                .hasMessageContaining("and 4 are needed at least; give a longer text");
    }

    @Test
    void run_quantizedModel_isRefusedUnlessAllowed() throws IOException {
        Path quantized = folder.resolve("q8_0.gguf");
        write(QuantizationOptions.of(QuantizationPreset.Q8_0), quantized);
        Budget.Size budget = half();
        model = quantized;
        assertThatThrownBy(() -> run(budget, few())).hasMessageContaining("is quantized already, as q8_0");
        BudgetReport report = run(budget, few().requantize(true));
        assertThat(report.result().sizeBytes()).isLessThanOrEqualTo(budget.bytes());
    }

    @Test
    void run_importanceOfAnotherModel_isRefused() {
        ColumnImportance other =
                new ColumnImportance("other.gguf", List.of(), 0, Map.of("blk.0.attn_q.weight", new float[257]));
        assertThatThrownBy(() -> run(half(), few().importance(other)))
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STATISTICS))
                .hasMessageContaining("has 257 values for the 64 columns");
    }

    @Test
    void run_ontoItsInput_isRefused() throws IOException {
        Budget.Size budget = half();
        target = model;
        assertThatThrownBy(() -> run(budget, few())).hasMessageContaining("it is the model that is read");
        assertThat(GgufFile.open(model).tensors()).isNotEmpty();
    }

    @Test
    void run_sensitivities_areMeasuredOnce() throws IOException {
        Path kept = folder.resolve("kept.txt");
        int[] groups = {0};
        BudgetListener counting =
                (step, what, done, all) -> groups[0] += step == BudgetListener.Step.SENSITIVITY ? 1 : 0;
        BudgetOptions options = few().sensitivities(kept).build();
        BudgetReport first = BudgetSearch.run(model, target, half(), text, options, counting);
        assertThat(groups[0]).isGreaterThan(10);
        groups[0] = 0;
        BudgetReport second = BudgetSearch.run(model, target, half(), text, options, counting);
        assertThat(groups[0]).isZero();
        assertThat(second.types()).isEqualTo(first.types());
        text = Prose.words(folder, 4, 200);
        assertThatThrownBy(() -> run(half(), few().sensitivities(kept)))
                .hasMessageContaining("kept.txt: it is of another model, text, importance or coarseness");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 9, 15, 25, 34})
    void run_interrupted_leavesNothing(int moment) throws IOException {
        Budget budget = half();
        int[] left = {moment};
        BudgetListener listener = (step, what, done, all) -> {
            if (left[0]-- == 0) {
                Thread.currentThread().interrupt();
            }
        };
        Throwable thrown = catchThrowable(() -> BudgetSearch.run(model, target, budget, text, few().build(), listener));
        assertThat(thrown).isNotNull();
        assertThat(left[0]).isNegative();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out()).isEmpty();
    }

    private List<String> out() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
