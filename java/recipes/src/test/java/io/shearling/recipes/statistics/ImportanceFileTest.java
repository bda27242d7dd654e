package io.shearling.recipes.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportanceFileTest {
    private static final Importance DENSE =
            new Importance("blk.0.attn_q.weight", new float[] {1, 2, 3, 10}, new float[] {3});
    private static final Importance EXPERTS =
            new Importance("blk.0.ffn_up_exps.weight", new float[] {1, 2, 0, 0, 5, 6}, new float[] {2, 0, 3});

    @TempDir
    private Path folder = Path.of("");

    @Test
    void meanSquares_ofExperts_areOnesWhereNothingWasCounted() {
        assertThat(EXPERTS.meanSquares()).containsExactly(0.5f, 1, 1, 1, 5f / 3, 2);
        assertThat(DENSE.meanSquares()).containsExactly(1f / 3, 2f / 3, 1, 10f / 3);
        assertThat(DENSE.means()).isEmpty();
    }

    @Test
    void of_whatWasWritten_isTheSame() {
        Importance withSums = new Importance("a", new float[] {4, 9}, new float[] {2}, new float[] {-2, 3});
        Path path = new ImportanceFile(List.of("one.txt", "zwei.txt"), 7, 512, List.of(EXPERTS, DENSE, withSums))
                .write(folder.resolve("x.gguf"));

        ImportanceFile read = ImportanceFile.of(path);

        assertThat(read.datasets()).containsExactly("one.txt", "zwei.txt");
        assertThat(read.chunkCount()).isEqualTo(7);
        assertThat(read.chunkSize()).isEqualTo(512);
        assertThat(read.tensors())
                .extracting(Importance::tensor)
                .containsExactly("a", DENSE.tensor(), EXPERTS.tensor());
        Importance experts = read.find(EXPERTS.tensor()).orElseThrow();
        assertThat(experts.squares()).containsExactly(EXPERTS.squares());
        assertThat(experts.counts()).containsExactly(EXPERTS.counts());
        assertThat(experts.sums()).isEmpty();
        assertThat(read.find("a").flatMap(Importance::means))
                .hasValueSatisfying(means -> assertThat(means).containsExactly(-1, 1.5f));
        assertThat(read.find("b")).isEmpty();
    }

    @Test
    void write_hasNamesShapesAndKeysOfUpstream() {
        Path path = new ImportanceFile(List.of("x.txt"), 1, 512, List.of(EXPERTS)).write(folder.resolve("x.gguf"));
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.metadata().keys())
                    .containsExactly("general.type", "imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size");
            assertThat(file.tensors())
                    .extracting(TensorInfo::name, TensorInfo::shape)
                    .containsExactly(
                            tuple("blk.0.ffn_up_exps.weight.in_sum2", TensorShape.of(2, 3)),
                            tuple("blk.0.ffn_up_exps.weight.counts", TensorShape.of(1, 3)));
        }
    }

    @Test
    void of_legacyFile_hasItsMeans() throws IOException {
        byte[] name = "blk.1.ffn_down.weight".getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(1)
                .putInt(name.length)
                .put(name)
                .putInt(4)
                .putInt(2)
                .putFloat(2)
                .putFloat(8);
        data.putInt(4).putInt(5).put("x.txt".getBytes(StandardCharsets.UTF_8)).flip();
        Path path = write("x.dat", data);

        ImportanceFile read = ImportanceFile.of(path);

        assertThat(read.datasets()).containsExactly("x.txt");
        assertThat(read.chunkCount()).isEqualTo(4);
        assertThat(read.find("blk.1.ffn_down.weight").orElseThrow().meanSquares())
                .containsExactly(0.5f, 2);
        for (int size = 0; size < 45; size++) {
            Path cut = write("cut.dat", data.duplicate().position(0).limit(size));
            assertThat(failure(cut).kind()).isEqualTo(Kind.STATISTICS);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
    void of_brokenValue_namesTheTensor(float value) {
        Path path = plain(folder.resolve("x.gguf"), "a.in_sum2", new float[] {1, value}, "a.counts", new float[] {1});
        RecipeException failure = failure(path);
        assertThat(failure.kind()).isEqualTo(Kind.VALUES);
        assertThat(failure).hasMessageStartingWith("a: the sum of squares at index 1 is " + value);
    }

    @Test
    void of_halfAPair_isRefused() {
        assertThat(failure(plain(folder.resolve("x.gguf"), "a.in_sum2", new float[] {1}, "b.counts", new float[] {1})))
                .hasMessageContaining("the tensor a.counts is missing");
        assertThat(failure(plain(folder.resolve("x.gguf"), "b.counts", new float[] {1}, "c", new float[] {1})))
                .hasMessageContaining("the tensor b.in_sum2 is missing");
        assertThat(failure(plain(folder.resolve("x.gguf"), "a", new float[] {1}, "b", new float[] {1})))
                .hasMessageContaining("no tensor whose name ends in .in_sum2");
        assertThat(failure(folder.resolve("none")).kind()).isEqualTo(Kind.IO);
    }

    @Test
    void requireFits_anotherModel_namesTheTensor() {
        ImportanceFile file = new ImportanceFile(List.of(), 1, 512, List.of(DENSE));
        try (GgufFile same = GgufFile.open(
                plain(folder.resolve("same.gguf"), DENSE.tensor(), new float[4], "other.weight", new float[4]))) {
            file.requireFits(same);
        }
        try (GgufFile wider =
                GgufFile.open(plain(folder.resolve("wider.gguf"), DENSE.tensor(), new float[8], "b", new float[1]))) {
            assertThat(catchThrowableOfType(RecipeException.class, () -> file.requireFits(wider)))
                    .hasMessage(
                            "blk.0.attn_q.weight: the model wider.gguf has 8 columns there, and the statistics have 4;"
                                    + " these are the statistics of another model: collect them from this one");
        }
        try (GgufFile other =
                GgufFile.open(plain(folder.resolve("other.gguf"), "a", new float[4], "b", new float[1]))) {
            assertThat(catchThrowableOfType(RecipeException.class, () -> file.requireFits(other))
                            .kind())
                    .isEqualTo(Kind.STATISTICS);
        }
    }

    private static RecipeException failure(Path path) {
        return catchThrowableOfType(RecipeException.class, () -> ImportanceFile.of(path));
    }

    private Path write(String name, ByteBuffer data) throws IOException {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    /** A file of two tensors of one row. */
    private static Path plain(Path path, String first, float[] one, String second, float[] two) {
        GgufWriter.Builder plan = GgufWriter.to(path)
                .metadata(GgufMetadata.builder().build())
                .tensor(first, TensorType.F32, TensorShape.of(one.length))
                .tensor(second, TensorType.F32, TensorShape.of(two.length));
        try (GgufWriter writer = plan.open()) {
            writer.write(first, bytes(one));
            writer.write(second, bytes(two));
            return writer.commit();
        }
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return data;
    }
}
