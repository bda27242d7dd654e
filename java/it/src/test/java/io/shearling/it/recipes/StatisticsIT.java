package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.GramMatrices;
import io.shearling.recipes.statistics.GramMatrix;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeLeakCheck.class)
class StatisticsIT {
    private static final Text TEXT =
            Text.of("sheep.txt", "the sheep graze on the hill, and the wolf sleeps below it. ".repeat(40));
    private static final StatisticsOptions OPTIONS =
            StatisticsOptions.DEFAULT.withChunks(128, 3).withThreads(1);

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void writeModel() {
        file = TinyModels.in(folder).llama(1);
    }

    private static Statistics collect(Model model, StatisticsOptions options) {
        return Statistics.collect(model, TEXT, options, StatisticsListener.NONE);
    }

    @Test
    void collect_fitsTheModelAndIsTheSameForAnyCountOfThreads() {
        try (Model model = Model.load(file);
                GgufFile weights = GgufFile.open(file)) {
            Statistics one = collect(model, OPTIONS);
            one.importance().requireFits(weights);
            assertThat(one.importance().tensors()).hasSize(14).allSatisfy(each -> {
                assertThat(each.counts()).containsExactly(3 * 128);
                for (float square : each.meanSquares()) {
                    assertThat(square).isPositive();
                }
            });
            assertThat(one.importance().datasets()).containsExactly("sheep.txt");
            assertThat(one.importance().chunkCount()).isEqualTo(3);
            assertThat(one.importance().texts()).isEqualTo(CalibrationTexts.of(TEXT));
            assertThat(one.blocks()).hasSize(2).allSatisfy(block -> {
                assertThat(block.block()).isBetween(1e-6, 2.0);
                assertThat(block.attention()).isBetween(1e-6, 2.0);
                assertThat(block.feedForward()).isBetween(1e-6, 2.0);
            });
            assertThat(one.inputs())
                    .containsEntry("blk.1.attn_v.weight", "blk.1.attn_q.weight")
                    .containsEntry("blk.1.ffn_down.weight", "blk.1.ffn_down.weight");
            Path written = one.importance().write(folder.resolve("one.gguf"));
            assertThat(ImportanceFile.of(written).texts())
                    .isEqualTo(one.importance().texts());
            for (int threads : new int[] {2, 4}) {
                Statistics more = collect(model, OPTIONS.withThreads(threads));
                more.importance().write(folder.resolve("more.gguf"));
                assertThat(folder.resolve("more.gguf")).hasSameBinaryContentAs(folder.resolve("one.gguf"));
                assertThat(more.blocks()).isEqualTo(one.blocks());
            }
        }
    }

    /** It is freed when the consumer returns. */
    private static GramMatrix copy(GramMatrix gram) {
        FloatBuffer values = FloatBuffer.allocate(gram.values().remaining());
        values.put(gram.values()).flip();
        return new GramMatrix(gram.weight(), gram.columns(), gram.count(), values);
    }

    @Test
    void grams_inSeveralPasses_haveTheSquaresOnTheirDiagonals() {
        try (Model model = Model.load(file)) {
            Statistics statistics = collect(model, OPTIONS);
            TextChunks chunks = TextChunks.of(model, TEXT, 128, 3);
            List<String> weights = List.of(
                    "blk.0.attn_k.weight", "blk.0.attn_v.weight", "blk.0.ffn_down.weight", "blk.1.attn_output.weight");
            List<GramMatrix> grams = new ArrayList<>();
            List<Integer> reads = new ArrayList<>();
            // Two of 64 columns or one of 128 at once.
            GramMatrices.collect(
                    model,
                    chunks,
                    statistics,
                    weights,
                    1,
                    2 * 128 * 128,
                    (done, all) -> reads.add(all),
                    gram -> grams.add(copy(gram)));

            assertThat(reads).containsOnly(9);
            assertThat(grams)
                    .extracting(GramMatrix::weight)
                    .containsExactly("blk.0.attn_q.weight", "blk.0.ffn_down.weight", "blk.1.attn_output.weight");
            for (GramMatrix gram : grams) {
                Importance importance =
                        statistics.importance().find(gram.weight()).orElseThrow();
                float[] squares = importance.squares();
                assertThat(gram.count()).isEqualTo(3 * 128);
                assertThat(gram.columns()).isEqualTo(squares.length);
                for (int i = 0; i < squares.length; i++) {
                    assertThat(gram.at(i, i)).isCloseTo(squares[i], within(1e-5f * squares[i]));
                    assertThat(gram.at(i, 7)).isEqualTo(gram.at(7, i));
                }
            }
            // Where one matrix alone is more than what is allowed, it has a pass of its own.
            List<GramMatrix> alone = new ArrayList<>();
            GramMatrices.collect(model, chunks, statistics, weights, 1, 1_000, StatisticsListener.NONE, gram -> {
                alone.add(gram);
                assertThat(gram.at(1, 2)).isEqualTo(gram.at(2, 1));
            });
            assertThat(alone).hasSameSizeAs(grams);
        }
    }

    @Test
    void collect_shortText_isRefused() {
        try (Model model = Model.load(file)) {
            RecipeException failure = catchThrowableOfType(
                    RecipeException.class,
                    () -> Statistics.collect(model, Text.of("x.txt", "baa"), OPTIONS, StatisticsListener.NONE));
            assertThat(failure.kind()).isEqualTo(Kind.TEXT);
            assertThat(failure).hasMessageStartingWith("x.txt: it has 5 tokens, which is less than 2 chunks of 128");
            assertThat(catchThrowableOfType(RecipeException.class, () -> collect(model, OPTIONS.withChunks(128, 1_000)))
                            .kind())
                    .isEqualTo(Kind.TEXT);
        }
    }

    @Test
    void collect_brokenEmbedding_namesTheFirstWeightThatIsMultipliedWithIt() throws IOException {
        // Of a token that the trial of a new file does not see.
        int token;
        try (Model model = Model.load(file)) {
            token = model.tokenizer().encode(TEXT.text())[200];
        }
        try (GgufFile weights = GgufFile.open(file);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            TensorInfo embedding = weights.tensor("token_embd.weight").orElseThrow();
            long row = embedding.fileOffset() + token * embedding.shape().columns() * Float.BYTES;
            channel.write(
                    ByteBuffer.allocate(Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(0, Float.NaN),
                    row);
        }
        try (Model model = Model.load(file)) {
            RecipeException failure = catchThrowableOfType(RecipeException.class, () -> collect(model, OPTIONS));
            assertThat(failure.kind()).isEqualTo(Kind.VALUES);
            assertThat(failure)
                    .hasMessageContaining("what blk.0.attn_q.weight is multiplied with is not finite in column 0");
        }
    }

    @Test
    void collect_interrupted_isCancelled() {
        try (Model model = Model.load(file)) {
            Thread.currentThread().interrupt();
            RecipeException failure = catchThrowableOfType(RecipeException.class, () -> collect(model, OPTIONS));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        }
    }
}
