package io.shearling.formats.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSummaryTest {
    @TempDir
    Path directory;

    @Test
    void of_file_countsByType() {
        Path path = directory.resolve("m.gguf");
        GgufMetadata metadata = GgufMetadata.builder()
                .put("general.architecture", "llama")
                .put("general.name", "Tiny")
                .put("general.file_type", GgufValue.u32(7))
                .build();
        try (GgufWriter writer = GgufWriter.to(path)
                .metadata(metadata)
                .tensor("norm", TensorType.F32, TensorShape.of(32))
                .tensor("a", TensorType.Q8_0, TensorShape.of(32, 10))
                .tensor("b", TensorType.Q8_0, TensorShape.of(32, 2))
                .open()) {
            writer.write("norm", ByteBuffer.allocate(128));
            writer.write("a", ByteBuffer.allocate(340));
            writer.write("b", ByteBuffer.allocate(68));
            writer.commit();
        }
        try (GgufFile file = GgufFile.open(path)) {
            ModelSummary summary = ModelSummary.of(file);
            assertThat(summary.version()).isEqualTo(3);
            assertThat(summary.files()).isEqualTo(1);
            assertThat(summary.fileBytes()).isEqualTo(file.sizeBytes());
            assertThat(summary.name()).contains("Tiny");
            assertThat(summary.architecture()).contains("llama");
            assertThat(summary.fileType()).contains(FileType.Q8_0);
            assertThat(summary.shape()).isEmpty();
            assertThat(summary.parameters()).isEqualTo(32 * 13);
            assertThat(summary.bitsPerWeight()).isEqualTo(8.0 * (128 + 408) / (32 * 13));
            assertThat(summary.mix().shares())
                    .containsExactly(
                            new TypeMix.Share(TensorType.Q8_0, 2, 384, 408),
                            new TypeMix.Share(TensorType.F32, 1, 32, 128));
            assertThat(summary.mix().tensors()).isEqualTo(3);
        }
    }

    @Test
    void of_noTensors_isEmpty() {
        assertThat(TypeMix.of(List.of()).bitsPerWeight()).isZero();
        assertThat(TypeMix.of(List.of()).shares()).isEmpty();
    }

    @Test
    void fileType_codes_haveTheNamesOfLlama() {
        assertThat(FileType.fromCode(3).map(FileType::label)).contains("Q4_1");
        assertThat(FileType.fromCode(15).map(FileType::label)).contains("Q4_K - Medium");
        assertThat(FileType.fromCode(0).map(FileType::label)).contains("all F32");
        for (long code : new long[] {-1, 4, 5, 6, 33, 34, 35, 42, 1024}) {
            assertThat(FileType.fromCode(code)).isEmpty();
        }
        for (FileType type : FileType.values()) {
            assertThat(FileType.fromCode(type.code())).contains(type);
        }
    }

    @Test
    void poolingType_codes_areThoseOfLlama() {
        assertThat(PoolingType.fromCode(1)).contains(PoolingType.MEAN);
        assertThat(PoolingType.fromCode(3)).contains(PoolingType.LAST);
        assertThat(PoolingType.fromCode(5)).isEmpty();
        assertThat(PoolingType.fromCode(-1)).isEmpty();
        assertThat(PoolingType.RANK.code()).isEqualTo(4);
    }
}
