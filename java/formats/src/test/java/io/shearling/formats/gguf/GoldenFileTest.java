package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that the Python package gguf wrote: see src/test/golden. */
class GoldenFileTest {
    @TempDir
    Path directory;

    private Path golden = Path.of("");

    @BeforeEach
    void copyResource() throws IOException {
        golden = directory.resolve("golden.gguf");
        try (InputStream in = Objects.requireNonNull(GoldenFileTest.class.getResourceAsStream("golden.gguf"))) {
            Files.copy(in, golden);
        }
    }

    @Test
    void open_goldenFile_hasAllValues() {
        try (GgufFile file = GgufFile.open(golden)) {
            GgufMetadata values = file.metadata();
            assertThat(values.value("t.u8")).isEqualTo(GgufValue.u8(200));
            assertThat(values.value("t.i8")).isEqualTo(GgufValue.i8(-100));
            assertThat(values.value("t.u16")).isEqualTo(GgufValue.u16(60000));
            assertThat(values.value("t.i16")).isEqualTo(GgufValue.i16(-30000));
            assertThat(values.value("t.u32")).isEqualTo(GgufValue.u32(4_000_000_000L));
            assertThat(values.value("t.i32")).isEqualTo(GgufValue.i32(-2_000_000_000));
            assertThat(values.value("t.f32")).isEqualTo(GgufValue.f32(0.1f));
            assertThat(values.value("t.bool")).isEqualTo(GgufValue.bool(true));
            assertThat(values.string("t.string")).isEqualTo("gr\u00fc\u00dfe \ud83d\udc11");
            assertThat(values.value("t.u64")).isEqualTo(GgufValue.u64(-1)).hasToString("18446744073709551615");
            assertThat(values.value("t.i64")).isEqualTo(GgufValue.i64(Long.MIN_VALUE));
            assertThat(values.value("t.f64")).isEqualTo(GgufValue.f64(0.1));
            assertThat(values.array("t.ints")).isEqualTo(GgufArray.ofInts(1, -2, 3));
            assertThat(values.array("t.floats")).isEqualTo(GgufArray.ofFloats(0.5f, -0.25f));
            assertThat(values.array("t.bools")).isEqualTo(GgufArray.ofBools(true, false, true));
            assertThat(values.array("t.strings")).isEqualTo(GgufArray.ofStrings(List.of("a", "", "\u00e9")));
        }
    }

    @Test
    void open_goldenFile_hasAllTensors() {
        try (GgufFile file = GgufFile.open(golden)) {
            assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("a.weight", "b.weight", "c.weight");
            TensorInfo last = file.tensor("c.weight").orElseThrow();
            assertThat(last.shape()).isEqualTo(TensorShape.of(32, 3, 2));
            assertThat(last.type()).isEqualTo(TensorType.Q8_0);
        }
    }

    @Test
    void write_whatWasRead_isTheSameFile() throws IOException {
        Path copy = directory.resolve("copy.gguf");
        try (GgufFile file = GgufFile.open(golden)) {
            GgufWriter.Builder plan =
                    GgufWriter.to(copy).metadata(file.metadata()).input(golden);
            file.tensors().forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
            try (GgufWriter writer = plan.open()) {
                for (TensorInfo tensor : file.tensors()) {
                    writer.write(tensor.name(), file.view(tensor, 0, (int) tensor.sizeBytes()));
                }
                writer.commit();
            }
        }
        assertThat(copy).hasSameBinaryContentAs(golden);
    }
}
