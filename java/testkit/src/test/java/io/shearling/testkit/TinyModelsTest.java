package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TinyModelsTest {
    @TempDir
    Path folder;

    interface Kind extends BiFunction<TinyModels, Long, Path> {}

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("llama", TinyModels::llama),
                kind("llama", (models, seed) -> models.llama(seed, TensorType.Q8_0)),
                kind("mamba", TinyModels::recurrent),
                kind("gemma2", TinyModels::slidingWindow),
                kind("bert", TinyModels::bert));
    }

    private static Arguments kind(String architecture, Kind kind) {
        return Arguments.of(architecture, kind);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void file_ofAnyKind_parsesAndIsSmall(String architecture, Kind kind) throws IOException {
        Path file = kind.apply(TinyModels.in(folder), 1L);
        assertThat(Files.size(file)).isLessThan(1_000_000);
        try (GgufFile gguf = GgufFile.open(file)) {
            ModelShape shape = ModelShape.of(gguf.metadata());
            assertThat(shape.architecture()).isEqualTo(architecture);
            assertThat(shape.blockCount()).isEqualTo(2);
            long vocabulary =
                    gguf.tensor("token_embd.weight").orElseThrow().shape().rows();
            assertThat(shape.vocabularySize()).hasValue((int) vocabulary);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void file_ofTheSameSeed_hasTheSameBytes(String architecture, Kind kind) throws IOException {
        Path one = kind.apply(TinyModels.in(folder.resolve("one")), 7L);
        Path two = kind.apply(TinyModels.in(folder.resolve("two")), 7L);
        Path other = kind.apply(TinyModels.in(folder.resolve("two")), 8L);
        assertThat(two)
                .hasSameBinaryContentAs(one)
                .hasFileName(one.getFileName().toString());
        assertThat(Files.mismatch(two, other)).isNotNegative();
    }

    @Test
    void llama_ofAType_hasItInMatricesOnly() {
        Path file = TinyModels.in(folder).llama(1, TensorType.Q8_0);
        try (GgufFile gguf = GgufFile.open(file)) {
            assertThat(gguf.tensors())
                    .filteredOn(tensor -> tensor.shape().rank() == 2)
                    .isNotEmpty()
                    .extracting(TensorInfo::type)
                    .containsOnly(TensorType.Q8_0);
            assertThat(gguf.tensors())
                    .filteredOn(tensor -> tensor.shape().rank() == 1)
                    .isNotEmpty()
                    .extracting(TensorInfo::type)
                    .containsOnly(TensorType.F32);
        }
    }

    @Test
    void llama_askedTwice_isWrittenOnce() throws IOException {
        TinyModels models = TinyModels.in(folder);
        Path file = models.llama(3);
        Files.write(file, new byte[] {1});
        assertThat(models.llama(3)).isEqualTo(file).hasSize(1);
        assertThat(Files.size(TinyModels.in(folder).llama(3))).isGreaterThan(1);
    }
}
