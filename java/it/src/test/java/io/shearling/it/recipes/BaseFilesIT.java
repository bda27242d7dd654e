package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Base;
import io.shearling.recipes.evaluate.BaseOutputs;
import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.runtime.Model;
import io.shearling.testkit.BrokenFiles;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A base that comes out of a file. */
@ExtendWith(NativeLeakCheck.class)
class BaseFilesIT {
    private static final EvaluationOptions OPTIONS = EvaluationOptions.DEFAULT
            .withContextTokens(64)
            .withThreads(1)
            .withChunks(9)
            .withStored(true);

    @TempDir
    static Path folder;

    private static TinyModels models;
    private static Text text;
    private static Path logits;
    private static Path cache;
    private static EvaluationReport beside;

    @BeforeAll
    static void write() {
        models = TinyModels.in(folder);
        text = Prose.words(folder, 1, 600);
        logits = folder.resolve("base.logits");
        cache = folder.resolve("base.cache");
        try (Model base = Model.load(models.llama(1))) {
            beside = run(new Base.Loaded(base), OPTIONS, new BaseOutputs(Optional.of(logits), Optional.of(cache)));
        }
    }

    private static EvaluationReport run(Base base, EvaluationOptions options, BaseOutputs outputs) {
        return run(models.llama(1, TensorType.Q8_0), base, Optional.of(text), options, outputs);
    }

    private static EvaluationReport run(
            Path candidate, Base base, Optional<Text> from, EvaluationOptions options, BaseOutputs outputs) {
        try (Model model = Model.load(candidate)) {
            return Evaluation.run(model, base, from, options, outputs, EvaluationListener.NONE);
        }
    }

    @Test
    void run_storedLogits_findsWhatTwoModelsFind() throws IOException {
        // Magic, sizes, tokens; 31 rows a chunk of a scale, a least logarithm and the vocabulary, to an even number.
        assertThat(Files.size(logits) - 8 - 12 - 9 * 64 * 4).isEqualTo(9 * 31 * rowBytes());
        EvaluationReport report = run(new Base.Logits(logits), OPTIONS, BaseOutputs.NONE);
        assertThat(report.comparison()).isEmpty();
        assertThat(report.stored()).usingRecursiveComparison().isEqualTo(beside.stored());
        EvaluationReport withoutText = run(
                models.llama(1, TensorType.Q8_0),
                new Base.Logits(logits),
                Optional.empty(),
                OPTIONS.withChunks(0),
                BaseOutputs.NONE);
        assertThat(withoutText.chunks()).isEqualTo(9);
        assertThat(withoutText.stored()).usingRecursiveComparison().isEqualTo(beside.stored());
    }

    private static long rowBytes() {
        try (Model model = Model.load(models.llama(1))) {
            int vocabulary = model.tokenizer().vocabulary().size();
            return 2L * ((vocabulary + 1) / 2 * 2 + 4);
        }
    }

    @Test
    void run_cache_isWithinItsBoundOnEveryChunk() throws IOException {
        assertThat(Files.size(cache) - 9 * 64 * 4 - 128).isLessThanOrEqualTo(Files.size(logits) / 20);
        Base.Cache base = new Base.Cache(cache, Optional.of(models.llama(1)));
        for (int chunks = 1; chunks <= 9; chunks++) {
            EvaluationOptions some = OPTIONS.withChunks(chunks);
            EvaluationReport report = run(base, some, BaseOutputs.NONE);
            Comparison found = report.comparison().orElseThrow();
            try (Model model = Model.load(models.llama(1))) {
                Comparison exact = run(new Base.Loaded(model), some, BaseOutputs.NONE)
                        .comparison()
                        .orElseThrow();
                assertThat(found.klBound()).isPositive();
                assertThat(found.kl().value()).isCloseTo(exact.kl().value(), within(found.klBound()));
                assertThat(found.perplexity()).isEqualTo(exact.perplexity());
                if (chunks == 9) {
                    // The base has run in the same batches; others differ in the order of its sums.
                    assertThat(found.sameTop()).isEqualTo(exact.sameTop());
                    assertThat(found.lnRatio().value())
                            .isCloseTo(exact.lnRatio().value(), within(1e-6));
                }
            }
        }
    }

    @Test
    void run_outputs_areTheSameBytesForAnyThreads() throws IOException {
        Path otherLogits = folder.resolve("one.logits");
        Path otherCache = folder.resolve("one.cache");
        // Without a base the model itself is written.
        run(
                models.llama(1),
                new Base.None(),
                Optional.of(text),
                OPTIONS.withThreads(2).withStored(false),
                new BaseOutputs(Optional.of(otherLogits), Optional.of(otherCache)));
        assertThat(otherLogits).hasSameBinaryContentAs(logits);
        assertThat(otherCache).hasSameBinaryContentAs(cache);
    }

    @Test
    void run_whatDoesNotBelongTogether_isRefused() throws IOException {
        assertRefused(new Base.Cache(cache, Optional.of(models.llama(2))), "was made from another base than");
        assertRefused(new Base.Cache(logits, Optional.empty()), "base.logits: it is no cache of a base");
        assertRefused(new Base.Logits(cache), "base.cache: it is no file of logits");
        assertRefused(new Base.Logits(folder.resolve("none")), "there is no such file");
        assertRefused(new Base.Logits(BrokenFiles.truncate(logits, 10)), "it is no file of logits");
        assertRefused(
                new Base.Logits(BrokenFiles.truncate(logits, Files.size(logits) - 1)),
                "it is not whole: make it again");
        assertThatThrownBy(() -> run(new Base.Logits(logits), OPTIONS.withContextTokens(32), BaseOutputs.NONE))
                .hasMessageContaining("was made with chunks of 64 tokens, and 32 are asked for");
        assertThatThrownBy(() -> run(new Base.Logits(logits), OPTIONS.withChunks(10), BaseOutputs.NONE))
                .hasMessageContaining("and 10 are asked for");
        Text other = Prose.words(folder, 2, 600);
        assertThatThrownBy(() ->
                        run(models.llama(1), new Base.Logits(logits), Optional.of(other), OPTIONS, BaseOutputs.NONE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("was made from another text than");
        assertThatThrownBy(() -> run(
                        new Base.None(),
                        OPTIONS,
                        new BaseOutputs(Optional.of(models.llama(1, TensorType.Q8_0)), Optional.empty())))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("the output would overwrite the input");
    }

    private static void assertRefused(Base base, String message) {
        assertThatThrownBy(() -> run(base, OPTIONS, BaseOutputs.NONE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }
}
