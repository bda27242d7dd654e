package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.MeasuredRule;
import io.shearling.recipes.prune.MeasuringListener;
import io.shearling.recipes.prune.MeasuringOptions;
import io.shearling.recipes.prune.PartSearch;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen by measuring is what measuring each candidate for itself chooses. */
@ExtendWith(NativeLeakCheck.class)
class PartSearchIT {
    private static final int LAYERS = 5;
    private static final int TOKENS = 64;
    private static final int CHUNKS = 3;
    private static final double NOISE = 1e-5;

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path out = Path.of("");
    private Path target = Path.of("");
    private Text text = Text.of("", "");

    @BeforeEach
    void write() throws IOException {
        Path source = new TinyCheckpoint(64, LAYERS, 4, 2, 1).write(folder.resolve("checkpoint"));
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.F32))) {
            model = conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
        text = Prose.words(folder, 1, 400);
        out = Files.createDirectory(folder.resolve("out"));
        target = out.resolve("small.gguf");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).allMatch(file -> file.equals(target));
        }
    }

    private PartSearch search() {
        return new PartSearch(model, text, new MeasuringOptions(TOKENS, CHUNKS, 1), target, MeasuringListener.NONE);
    }

    @Test
    void blocks_isTheBestOfAllEachTime_andForetellsThePerplexity() {
        MeasuredParts<ResidualBlock> measured = search().blocks(3);
        List<ResidualBlock> left = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            left.add(new ResidualBlock(layer, Part.ATTENTION));
            left.add(new ResidualBlock(layer, Part.FEED_FORWARD));
        }
        List<ResidualBlock> gone = new ArrayList<>();
        for (MeasuredParts.Step<ResidualBlock> step : measured.steps()) {
            double least = left.stream()
                    .mapToDouble(block -> {
                        List<ResidualBlock> without = new ArrayList<>(gone);
                        without.add(block);
                        return perplexity(BlockPruning.of(model, without));
                    })
                    .min()
                    .orElseThrow();
            assertThat(step.figure()).isCloseTo(least, within(NOISE * least));
            left.remove(step.part());
            gone.add(step.part());
            assertThat(perplexity(BlockPruning.of(model, gone))).isCloseTo(step.figure(), within(NOISE * least));
        }
        // 10 candidates of 9 blocks, 9 of 8, 8 of 7.
        assertThat(measured.blocksWithout()).isEqualTo(10 * 9 + 9 * 8 + 8 * 7);
        assertThat(measured.blocksComputed()).isLessThan(measured.blocksWithout() * 7 / 10);
    }

    @Test
    void layers_byPerplexity_isTheBestOfAll_andTheFileRemembersTheText() {
        MeasuredParts<Integer> measured = search().layers(MeasuredRule.PERPLEXITY, 1);
        double least = Double.POSITIVE_INFINITY;
        for (int layer = 0; layer < LAYERS; layer++) {
            least = Math.min(least, perplexity(LayerPruning.of(model, new LayerChoice.Listed(List.of(layer)))));
        }
        assertThat(measured.steps().get(0).figure()).isCloseTo(least, within(NOISE * least));
        LayerPruning pruning =
                LayerPruning.of(model, new LayerChoice.Listed(measured.removed()), null, measured.texts());
        assertThatThrownBy(() -> perplexity(pruning))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("was made with this text");
    }

    @Test
    void layers_byInfluence_isTheLeastOfTheStatistics() {
        MeasuredParts<Integer> measured = search().layers(MeasuredRule.INFLUENCE, 2);
        StatisticsOptions options =
                StatisticsOptions.DEFAULT.withChunks(TOKENS, CHUNKS).withThreads(1);
        try (Model loaded = Model.load(model)) {
            double least = Statistics.collect(loaded, text, options, StatisticsListener.NONE).blocks().stream()
                    .mapToDouble(block -> block.block())
                    .min()
                    .orElseThrow();
            assertThat(measured.steps().get(0).figure()).isEqualTo(least);
        }
        assertThat(measured.removed()).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void layers_byAngle_isARunBehindTheFirst() {
        MeasuredParts<Integer> measured = search().layers(MeasuredRule.ANGULAR, 2);
        int first = measured.removed().get(0);
        assertThat(measured.removed()).containsExactly(first, first + 1);
        assertThat(first).isPositive();
        assertThat(measured.steps().get(0).figure()).isBetween(0.0, 1.0).isPositive();
    }

    @Test
    void search_ofMoreThanThereIs_isRefused() {
        assertThatThrownBy(() -> search().layers(MeasuredRule.INFLUENCE, LAYERS))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("it has 5 layers, of which 5 cannot be removed");
        assertThatThrownBy(() -> search().blocks(0)).hasMessageContaining("it has 10 blocks, of which 0 cannot");
    }

    @Test
    void search_interrupted_isCancelled() {
        MeasuringOptions options = new MeasuringOptions(TOKENS, CHUNKS, 1);
        PartSearch search = new PartSearch(
                model,
                text,
                options,
                target,
                (part, parts, done, all) -> Thread.currentThread().interrupt());
        try {
            assertThatThrownBy(() -> search.blocks(1))
                    .isInstanceOfSatisfying(
                            RecipeException.class, e -> assertThat(e.kind()).isEqualTo(RecipeException.Kind.CANCELLED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private double perplexity(Pruning pruning) {
        try (pruning) {
            pruning.write(target, SplitRule.NONE, 1, (done, all) -> {});
        }
        EvaluationOptions options = EvaluationOptions.DEFAULT
                .withContextTokens(TOKENS)
                .withChunks(CHUNKS)
                .withThreads(1);
        try (Model loaded = Model.load(target)) {
            return Evaluation.of(loaded, text, options, EvaluationListener.NONE)
                    .perplexity()
                    .value();
        }
    }
}
