package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.compress.Compression;
import io.shearling.recipes.compress.CompressionListener;
import io.shearling.recipes.compress.CompressionOptions;
import io.shearling.recipes.compress.CompressionPlan;
import io.shearling.recipes.compress.CompressionReport;
import io.shearling.recipes.compress.StepReport;
import io.shearling.recipes.compress.Verification;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.RecipeReader;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Recipes, from the text to the published file and back. */
@ExtendWith(NativeLeakCheck.class)
class CompressionIT {
    private static final String PRUNE = "  - prune-layers: {layers: [1]}\n";
    private static final String QUANTIZE = "  - quantize: {type: q8_0}\n";

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path calibration = Path.of("");
    private Path evaluation = Path.of("");

    @BeforeEach
    void writeInputs() {
        model = TinyModels.in(folder.resolve("models")).llama(1);
        calibration = Path.of(Prose.words(folder, 1, 1200).name());
        evaluation = Path.of(Prose.words(folder, 2, 1200).name());
    }

    private static Recipe recipe(String steps, String more) {
        return RecipeReader.read(
                "own.yaml",
                "version: 1\nname: own\nsteps:\n" + steps + "measure: {chunks: 3, context: 128}\nbaseline: [q4_0]\n"
                        + more,
                Map.of());
    }

    private CompressionOptions options(String workspace) {
        return CompressionOptions.in(folder.resolve(workspace), folder)
                .withTexts(Optional.of(calibration), Optional.of(evaluation))
                .withThreads(1);
    }

    private CompressionReport run(Recipe recipe, String workspace, String target) {
        return Compression.run(recipe, model, folder.resolve(target), options(workspace), CompressionListener.NONE);
    }

    @Test
    void run_pruneAndQuantize_publishesWhatThePlanForetold() throws IOException {
        Recipe recipe = recipe(PRUNE + QUANTIZE, "");
        CompressionPlan plan = CompressionPlan.of(recipe, model);
        CompressionReport report = run(recipe, "w", "small.gguf");

        for (int i = 0; i < plan.steps().size(); i++) {
            // But for the names of texts in the keys.
            assertThat(plan.steps().get(i).sizeBytes())
                    .isCloseTo(report.steps().get(i).sizeBytes(), within(500L));
        }
        assertThat(plan.steps()).extracting("blockCount").containsExactly(1, 1);
        assertThat(report.removed(2)).extracting(ResidualBlock::toString).containsExactly("1.attn", "1.ffn");
        assertThat(report.influence()).hasSize(2);
        assertThat(report.baseline())
                .singleElement()
                .satisfies(mix -> assertThat(mix.figures().kl().value()).isPositive());
        assertThat(report.result().figures().kl().value()).isPositive();
        CompressionReport.Published published = report.published().orElseThrow();
        assertThat(Files.size(published.model())).isEqualTo(published.sizeBytes());
        assertThat(Files.readString(published.manifest())).contains("\"own\"", report.sourceKey());
        assertThat(Files.readString(published.page()))
                .startsWith("<!DOCTYPE html>")
                .contains("</html>");
        try (GgufFile file = GgufFile.open(published.model())) {
            assertThat(file.metadata().integer("llama.block_count")).isEqualTo(1);
            assertThat(file.metadata().string("shearling.recipe.name")).isEqualTo("own");
        }
        assertThat(Files.readString(published.model(), StandardCharsets.ISO_8859_1))
                .doesNotContain(folder.toString());
        assertThat(Files.readString(published.page())).doesNotContain(folder.toString());
    }

    @Test
    void run_withARepair_readsTheText() throws IOException {
        Recipe repaired = recipe("  - prune-layers: {layers: [1], repair: linear}\n", "");
        CompressionReport report = run(repaired, "w", "small.gguf");
        assertThat(report.steps().get(0).figures())
                .isNotEqualTo(
                        run(recipe(PRUNE, ""), "w", "plain.gguf").steps().get(0).figures());
        try (GgufFile file = GgufFile.open(folder.resolve("small.gguf"))) {
            assertThat(file.metadata().contains("shearling.recipe.calibration.sha256"))
                    .isTrue();
        }
    }

    @Test
    void run_narrower_thenFewerLayers_isAsForetold() {
        Recipe recipe = recipe(
                "  - prune-width: {feed-forward: 0.5, heads: 0.5, chunks: 3, multiple: 8}\n" + PRUNE + QUANTIZE, "");
        CompressionPlan plan = CompressionPlan.of(recipe, model);
        CompressionReport report = run(recipe, "w", "small.gguf");
        assertThat(report.steps().get(0).outcome().facts())
                .anySatisfy(fact -> assertThat(fact).contains("neurons stay, in each layer"))
                .anySatisfy(fact -> assertThat(fact).contains("key/value heads stay, in each layer"));
        assertThat((double) plan.steps().get(0).sizeBytes())
                .isCloseTo((double) report.steps().get(0).sizeBytes(), withinPercentage(2));
        assertThat(plan.steps().get(0).sizeBytes()).isLessThan(plan.sourceBytes());
        assertThat(report.published()).isPresent();
    }

    @Test
    void run_ofPartsThatAreMeasured_saysWhichOnes() {
        CompressionReport report =
                run(recipe("  - prune-blocks: {count: 1, chunks: 1}\n" + QUANTIZE, ""), "w", "small.gguf");
        assertThat(report.steps().get(0).outcome().facts())
                .anySatisfy(fact -> assertThat(fact).startsWith("without the parts ["))
                .anySatisfy(fact -> assertThat(fact).contains("parts were computed to measure"));
        assertThat(report.published()).isPresent();
    }

    /** What would be found out behind the first step otherwise. */
    @Test
    void run_ofWhatCannotEndWell_isRefusedBeforeAnything() throws IOException {
        Path words = Files.writeString(folder.resolve("short.txt"), "a quiet river");
        Recipe recipe = recipe(PRUNE + QUANTIZE, "");
        assertRefused(
                recipe,
                options("w").withTexts(Optional.of(calibration), Optional.of(words)),
                "less than 2 chunks of 128");
        assertRefused(
                recipe,
                options("w").withTexts(Optional.of(words), Optional.of(evaluation)),
                "less than 2 chunks of 512");
        assertRefused(
                recipe(PRUNE + "  - quantize: {size: 20KB}\n", ""),
                options("w"),
                "the budget of 3616 bytes is impossible: the smallest that its types make is");
        run(recipe("  - prune-layers: {layers: [1], repair: linear}\n", ""), "w", "read.gguf");
        model = folder.resolve("read.gguf");
        assertRefused(
                recipe("  - quantize: {type: q8_0}\n", ""),
                options("w").withTexts(Optional.of(evaluation), Optional.of(calibration)),
                "read.gguf was made with this text");
    }

    private void assertRefused(Recipe recipe, CompressionOptions options, String message) {
        assertThatThrownBy(() ->
                        Compression.run(recipe, model, folder.resolve("none.gguf"), options, CompressionListener.NONE))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("none.gguf")).doesNotExist();
    }

    @Test
    void run_partsThenLayers_tellsWhichOfTheOriginalAreGone() {
        CompressionReport report = run(recipe("  - prune-blocks: {blocks: [0.ffn]}\n" + PRUNE, ""), "w", "small.gguf");
        assertThat(report.removed(2)).extracting(ResidualBlock::toString).containsExactly("0.ffn", "1.attn", "1.ffn");
    }

    @Test
    void run_again_takesWhatIsThere_andMakesTheSameBytes() throws IOException {
        Recipe recipe = recipe(PRUNE + QUANTIZE, "");
        run(recipe, "w", "first.gguf");
        CompressionReport again = run(recipe, "w", "again.gguf");
        CompressionReport elsewhere = run(recipe, "other", "elsewhere.gguf");

        assertThat(again.steps()).extracting(StepReport::reused).containsExactly(true, true);
        assertThat(elsewhere.steps()).extracting(StepReport::reused).containsExactly(false, false);
        byte[] first = Files.readAllBytes(folder.resolve("first.gguf"));
        assertThat(folder.resolve("again.gguf")).hasBinaryContent(first);
        assertThat(folder.resolve("elsewhere.gguf")).hasBinaryContent(first);
    }

    @Test
    void run_ofARecipeThatBeginsAsAnother_beginsWithWhatThatMade() {
        run(recipe(PRUNE, ""), "w", "first.gguf");
        assertThat(run(recipe(PRUNE + QUANTIZE, ""), "w", "second.gguf").steps())
                .extracting(StepReport::reused)
                .containsExactly(true, false);
    }

    @Test
    void run_whoseGateIsShut_publishesNothingAndKeepsTheSteps() {
        Recipe shut = recipe(PRUNE, "gate: {max-kl: 1e-9}\n");
        CompressionReport report = run(shut, "w", "small.gguf");
        assertThat(report.published()).isEmpty();
        assertThat(report.failures()).singleElement().asString().startsWith("the KL divergence is ");
        assertThat(folder.resolve("small.gguf")).doesNotExist();
        assertThat(folder.resolve("small.report.html")).doesNotExist();
        assertThat(run(recipe(PRUNE, ""), "w", "small.gguf").steps())
                .extracting(StepReport::reused)
                .containsExactly(true);
    }

    @Test
    void verification_ofWhatWasPublished_holds() {
        run(recipe(PRUNE, ""), "w", "small.gguf");
        Verification verification = Verification.of(
                folder.resolve("small.gguf"), Optional.of(model), Optional.of(evaluation), 2, CompressionListener.NONE);
        assertThat(verification.holds()).isTrue();
        assertThat(verification.measured()).isEqualTo(verification.claimed());
    }

    @Test
    void verification_onAnotherText_isRefused() {
        run(recipe(PRUNE, ""), "w", "small.gguf");
        assertThatThrownBy(() -> Verification.of(
                        folder.resolve("small.gguf"),
                        Optional.of(model),
                        Optional.of(calibration),
                        1,
                        CompressionListener.NONE))
                .hasMessageContaining("this is not the text that small.gguf was measured on");
    }

    @Test
    void run_onTheTextOfTheCalibration_isRefused() {
        CompressionOptions same = options("w").withTexts(Optional.of(evaluation), Optional.of(evaluation));
        assertRefused(recipe(QUANTIZE, ""), same, Kind.TEXT, "this is the text of the calibration too");
    }

    @Test
    void run_withoutATextThatAStepReads_isRefused() {
        CompressionOptions none = options("w").withTexts(Optional.empty(), Optional.of(evaluation));
        assertRefused(recipe(QUANTIZE, ""), none, Kind.TEXT, "a step of it reads a text, and it has none");
        CompressionOptions nothing = options("w").withTexts(Optional.of(calibration), Optional.empty());
        assertRefused(recipe(PRUNE, ""), nothing, Kind.TEXT, "it has no text to measure on");
    }

    @Test
    void run_ofARuleThatRemovesEveryLayer_isRefusedBeforeAnythingRuns() {
        assertRefused(
                recipe("  - prune-layers: {count: 2, rule: middle}\n", ""),
                options("w"),
                Kind.MODEL,
                "it has 2 layers, of which 2 cannot be removed");
        assertRefused(
                recipe(PRUNE + "  - prune-layers: {count: 1, rule: middle}\n    name: again\n", ""),
                options("w"),
                Kind.MODEL,
                "step again: it has 1 layers");
        assertThat(folder.resolve("w")).doesNotExist();
    }

    @Test
    void run_ontoTheModelThatIsRead_isRefused() {
        assertThatThrownBy(
                        () -> Compression.run(recipe(PRUNE, ""), model, model, options("w"), CompressionListener.NONE))
                .hasMessageContaining("this is what is read");
    }

    private void assertRefused(Recipe recipe, CompressionOptions options, Kind kind, String cause) {
        assertThatThrownBy(() ->
                        Compression.run(recipe, model, folder.resolve("small.gguf"), options, CompressionListener.NONE))
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(cause);
        assertThat(folder.resolve("small.gguf")).doesNotExist();
    }

    @Test
    void text_ofTheRun_hasNoFolder() {
        assertThat(Text.read(evaluation).name()).contains(folder.toString());
        assertThat(run(recipe(PRUNE, ""), "w", "small.gguf").evaluation().name())
                .isEqualTo(String.valueOf(evaluation.getFileName()));
    }
}
