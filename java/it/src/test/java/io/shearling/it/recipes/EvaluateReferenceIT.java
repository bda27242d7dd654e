package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.hub.Catalogue;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Base;
import io.shearling.recipes.evaluate.BaseOutputs;
import io.shearling.recipes.evaluate.ChoiceEvaluation;
import io.shearling.recipes.evaluate.ChoiceReport;
import io.shearling.recipes.evaluate.ChoiceTasks;
import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Distribution;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.reference.ReferenceTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every figure of an evaluation is what llama-perplexity prints, on the default model and a Q4_0 of it. */
@ExtendWith(NativeLeakCheck.class)
class EvaluateReferenceIT {
    /** One step of three chunks that are not all, so that positions are cut where no power of two is. */
    private static final int CHUNKS = 3;

    private static final int CONTEXT = 128;

    @TempDir
    static Path folder;

    private static Path base;
    private static Path candidate;
    private static Text text;

    @BeforeAll
    static void prepare() throws IOException {
        base = ModelHub.standard().resolve(Catalogue.DEFAULT_MODEL, ProgressListener.none());
        candidate = folder.resolve("q4_0.gguf");
        ReferenceTools.find()
                .run(
                        "llama-quantize",
                        Duration.ofMinutes(5),
                        "--allow-requantize",
                        base.toString(),
                        candidate.toString(),
                        "Q4_0");
        text = Prose.write(folder.resolve("readme.txt"), Files.readString(Path.of("..", "..", "README.md")));
    }

    private static EvaluationOptions options(int contextTokens) {
        return EvaluationOptions.DEFAULT
                .withContextTokens(contextTokens)
                .withChunks(CHUNKS)
                .withStored(true);
    }

    @Test
    void of_defaultContext_hasThePerplexityOfLlamaPerplexity() {
        LlamaPerplexity expected = LlamaPerplexity.run(base, Path.of(text.name()), CHUNKS);
        try (Model model = Model.load(base)) {
            EvaluationReport report = Evaluation.of(model, text, options(512), EvaluationListener.NONE);
            assertPrinted("%.4f|%.5f", report.perplexity(), expected.numbers("Final estimate: PPL ="));
        }
    }

    @Test
    void against_aBase_hasEveryFigureOfLlamaPerplexity() {
        String stored = folder.resolve("base.logits").toString();
        String context = Integer.toString(CONTEXT);
        Path file = Path.of(text.name());
        LlamaPerplexity.run(base, file, CHUNKS, "-c", context, "--kl-divergence-base", stored);
        LlamaPerplexity expected = LlamaPerplexity.run(
                candidate, file, CHUNKS, "-c", context, "--kl-divergence-base", stored, "--kl-divergence");
        try (Model one = Model.load(base);
                Model other = Model.load(candidate)) {
            EvaluationReport report = Evaluation.against(one, other, text, options(CONTEXT), EvaluationListener.NONE);
            Comparison found = report.stored().orElseThrow();
            perplexities(found, expected);
            divergences(found, expected);
            probabilities(found, expected);
            Comparison exact = report.comparison().orElseThrow();
            assertThat(exact.kl().value()).isCloseTo(found.kl().value(), within(report.storedBound()));
            Path own = folder.resolve("own.logits");
            Evaluation.run(
                    one,
                    new Base.None(),
                    Optional.of(text),
                    options(CONTEXT).withStored(false),
                    new BaseOutputs(Optional.of(own), Optional.empty()),
                    EvaluationListener.NONE);
            assertThat(own).hasSameBinaryContentAs(Path.of(stored));
            EvaluationReport read = Evaluation.run(
                    other,
                    new Base.Logits(Path.of(stored)),
                    Optional.empty(),
                    options(CONTEXT),
                    BaseOutputs.NONE,
                    EvaluationListener.NONE);
            assertThat(read.stored()).usingRecursiveComparison().isEqualTo(report.stored());
        }
    }

    @Test
    void choices_hellaSwag_areThoseOfLlamaPerplexity() throws IOException {
        List<String> sentences = List.of(
                "The sheep went up the hill and",
                "She opened the door of the",
                "In the morning it rained, so",
                "He put the bread into the",
                "The dog barked because",
                "They sat down at the table to",
                "The river was too deep, so",
                "After the harvest the farmers");
        List<String> endings =
                List.of("ate the fresh grass.", "house and went in.", "they stayed at home.", "oven to bake it.");
        StringBuilder tasks = new StringBuilder();
        for (int i = 0; i < sentences.size(); i++) {
            tasks.append(sentences.get(i)).append('\n').append(i % 4).append('\n');
            endings.forEach(ending -> tasks.append(ending).append('\n'));
        }
        Path file = Files.writeString(folder.resolve("hellaswag.txt"), tasks.toString());
        LlamaPerplexity expected = LlamaPerplexity.choices(base, file, "--hellaswag");
        try (Model model = Model.load(base)) {
            ChoiceReport report = ChoiceEvaluation.of(
                    model, ChoiceTasks.read(file, ChoiceTasks.Form.HELLASWAG), 0, EvaluationListener.NONE);
            assertThat(printed("%.8f", 100 * report.tokenAccuracy().value()))
                    .isEqualTo(expected.numbers("8\t").get(0));
        }
    }

    private static void perplexities(Comparison found, LlamaPerplexity expected) {
        String format = "%.6f|%.6f";
        assertPrinted(format, found.perplexity(), expected.numbers("Mean PPL(Q)  "));
        assertPrinted(format, found.basePerplexity(), expected.numbers("Mean PPL(base)"));
        assertThat(printed("%.2f", 100 * found.correlation()))
                .isEqualTo(expected.numbers("Cor(ln(PPL(Q)), ln(PPL(base))):").get(0));
        assertPrinted(format, found.lnRatio(), expected.numbers("Mean ln(PPL(Q)/PPL(base))"));
        assertPrinted(format, found.ratio(), expected.numbers("Mean PPL(Q)/PPL(base)"));
        assertPrinted(format, found.difference(), expected.numbers("Mean PPL(Q)-PPL(base)"));
    }

    private static void divergences(Comparison found, LlamaPerplexity expected) {
        assertPrinted("%.6f|%.6f", found.kl(), expected.numbers("Mean    KLD:"));
        spread("%.6f", 1, "KLD:", found.klDistribution(), expected, 99.9, 99, 95, 90, 10, 5, 1, 0.1);
    }

    private static void probabilities(Comparison found, LlamaPerplexity expected) {
        assertPrinted("%.3f|%.3f", percent(found.deltaP()), expected.numbers("Mean    \u0394p:"));
        spread("%.3f", 100, "\u0394p:", found.deltaPDistribution(), expected, 99.9, 99, 95, 90, 75, 25, 10, 5, 1, 0.1);
        assertPrinted("%.3f|%.3f", percent(found.rmsDeltaP()), expected.numbers("RMS \u0394p    :"));
        assertPrinted("%.3f|%.3f", percent(found.sameTop()), expected.numbers("Same top p:"));
    }

    private static void spread(
            String format,
            double factor,
            String name,
            Distribution found,
            LlamaPerplexity expected,
            double... percents) {
        assertThat(printed(format, factor * found.maximum()))
                .isEqualTo(expected.numbers("Maximum " + name).get(0));
        assertThat(printed(format, factor * found.median()))
                .isEqualTo(expected.numbers("Median  " + name).get(0));
        assertThat(printed(format, factor * found.minimum()))
                .isEqualTo(expected.numbers("Minimum " + name).get(0));
        for (double percent : percents) {
            String label = String.format(Locale.ROOT, "%4.1f%%   %s", percent, name);
            assertThat(printed(format, factor * found.percentile(percent)))
                    .as(label)
                    .isEqualTo(expected.numbers(label).get(0));
        }
    }

    private static Estimate percent(Estimate share) {
        return new Estimate(100 * share.value(), 100 * share.error());
    }

    private static String printed(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** A value and its error, with the digits of each. */
    private static void assertPrinted(String formats, Estimate found, List<String> expected) {
        String[] both = formats.split("\\|", -1);
        assertThat(List.of(printed(both[0], found.value()), printed(both[1], found.error())))
                .isEqualTo(expected);
    }
}
