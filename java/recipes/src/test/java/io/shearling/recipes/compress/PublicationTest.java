package io.shearling.recipes.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.MeasureSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
    private static final Provenance PROVENANCE = new Provenance(
            "own",
            "version: 1 # shearling.recipe.sha256 is the key\n",
            Map.of("a", "1", "b", "x=y"),
            "model.gguf",
            "a".repeat(64),
            Optional.of("b".repeat(64)),
            "text.txt",
            "c".repeat(64),
            new MeasureSettings(16, 512),
            "1 llama.cpp",
            new Figures(
                    new Estimate(30.5, 1),
                    new Estimate(20.25, 0.5),
                    new Estimate(1.5, 0.1),
                    new Estimate(0.125, 0.01),
                    new Estimate(0.75, 0.01),
                    4096));

    @TempDir
    private Path folder = Path.of("");

    /** Tensors of odd sizes, so that there are gaps between them. */
    private Path model() {
        GgufWriter.Builder plan = GgufWriter.to(folder.resolve("model.gguf"))
                .metadata(GgufMetadata.builder()
                        .put("general.architecture", "llama")
                        .put("shearling.recipe.name", "an older one")
                        .put("shearling.recipe.left", "over")
                        .build())
                .tensor("a", TensorType.F32, TensorShape.of(3, 5))
                .tensor("b", TensorType.F16, TensorShape.of(7));
        try (GgufWriter writer = plan.open()) {
            writer.write("a", random(1, 60));
            writer.write("b", random(2, 14));
            return writer.commit();
        }
    }

    private static ByteBuffer random(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private Path published() {
        return Publication.write(model(), PROVENANCE, folder.resolve("small.gguf"), 2, (done, all) -> {});
    }

    @Test
    void write_keepsTheDataAndSaysWhereItIsFrom() throws IOException {
        try (GgufFile source = GgufFile.open(model());
                GgufFile file = GgufFile.open(published())) {
            assertThat(Provenance.of(file.metadata())).isEqualTo(PROVENANCE);
            assertThat(file.metadata().contains("shearling.recipe.left")).isFalse();
            assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
            for (int i = 0; i < 2; i++) {
                int bytes = (int) source.tensors().get(i).sizeBytes();
                assertThat(file.view(file.tensors().get(i), 0, bytes))
                        .isEqualTo(source.view(source.tensors().get(i), 0, bytes));
            }
        }
    }

    @Test
    void write_twice_isTheSameFile() throws IOException {
        byte[] first = Files.readAllBytes(published());
        assertThat(Files.readAllBytes(published())).isEqualTo(first);
    }

    @Test
    void sha256_ofWhatWasPublished_isWhatStandsInIt() {
        Path published = published();
        try (GgufFile file = GgufFile.open(published)) {
            String own = file.metadata().string(Provenance.SHA256);
            assertThat(Publication.sha256(published, own)).isEqualTo(own);
        }
    }

    /** Any byte: of a key, of a value, of the checksum, between tensors, of their data. */
    @Test
    void verification_whereAByteIsAnother_refusesTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(published());
        Path damaged = folder.resolve("damaged.gguf");
        for (int at = 0; at < whole.length; at++) {
            byte[] bytes = whole.clone();
            bytes[at] = (byte) (bytes[at] ^ 1 << (at % 8));
            Files.write(damaged, bytes);
            assertThatThrownBy(() ->
                            Verification.of(damaged, Optional.empty(), Optional.empty(), 1, CompressionListener.NONE))
                    .as("byte %d", at)
                    .isInstanceOfAny(RecipeException.class, GgufException.class)
                    .message()
                    .doesNotContain("\n")
                    .doesNotContain("is not beside it");
        }
    }

    @Test
    void verification_withoutTheOriginal_namesIt() throws IOException {
        Path published = published();
        Files.delete(folder.resolve("model.gguf"));
        assertThatThrownBy(() ->
                        Verification.of(published, Optional.empty(), Optional.empty(), 1, CompressionListener.NONE))
                .hasMessageEndingWith("its original, model.gguf, is not beside it; name it with --base BASE");
    }

    @Test
    void verification_withAnotherOriginal_refusesIt() {
        Path published = published();
        assertThatThrownBy(() ->
                        Verification.of(published, Optional.empty(), Optional.empty(), 1, CompressionListener.NONE))
                .hasMessageContaining("this is not the model that small.gguf was made from");
    }

    @Test
    void verification_ofAnyOtherModel_saysSo() {
        Path model = plain(folder.resolve("plain.gguf"));
        assertThatThrownBy(
                        () -> Verification.of(model, Optional.empty(), Optional.empty(), 1, CompressionListener.NONE))
                .hasMessageContaining("it does not say how it was made");
    }

    private static Path plain(Path target) {
        GgufWriter.Builder plan = GgufWriter.to(target)
                .metadata(GgufMetadata.builder()
                        .put("general.architecture", "llama")
                        .build())
                .tensor("a", TensorType.F32, TensorShape.of(1));
        try (GgufWriter writer = plan.open()) {
            writer.write("a", ByteBuffer.allocate(Float.BYTES));
            return writer.commit();
        }
    }
}
