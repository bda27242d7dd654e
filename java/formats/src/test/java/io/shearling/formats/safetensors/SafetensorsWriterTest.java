package io.shearling.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    private Path folder = Path.of("");

    private SafetensorsWriter.Builder plan() {
        return SafetensorsWriter.to(folder.resolve("model.safetensors"))
                .metadata("format", "pt")
                .tensor("a \"quoted\" näme", SafetensorsType.F32, List.of(2L, 3L))
                .tensor("empty", SafetensorsType.BF16, List.of(0L, 4L))
                .tensor("scalar", SafetensorsType.I64, List.of());
    }

    @Test
    void write_plannedTensors_areReadAgain() {
        byte[] first = new byte[24];
        first[5] = 7;
        try (SafetensorsWriter writer = plan().open()) {
            writer.write("a \"quoted\" näme", ByteBuffer.wrap(first, 0, 10));
            writer.write("a \"quoted\" näme", ByteBuffer.wrap(first, 10, 14));
            writer.write("scalar", ByteBuffer.allocate(8));
            assertThat(writer.commit()).isEqualTo(folder.resolve("model.safetensors"));
            assertThat(folder.resolve("model.safetensors")).hasSize(writer.sizeBytes());
        }
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            assertThat(file.header().metadata()).isEqualTo(Map.of("format", "pt"));
            assertThat(file.header().dataStart() % 8).isZero();
            assertThat(file.header().tensors())
                    .extracting(SafetensorsTensor::shape)
                    .containsExactlyInAnyOrder(List.of(2L, 3L), List.of(0L, 4L), List.of());
            SafetensorsTensor tensor = file.header().tensors().stream()
                    .filter(one -> one.name().startsWith("a "))
                    .findFirst()
                    .orElseThrow();
            ByteBuffer data = ByteBuffer.allocate(24);
            file.read(tensor, 0, data);
            assertThat(data.array()).isEqualTo(first);
        }
    }

    @Test
    void close_withoutCommit_leavesNothing() throws IOException {
        try (SafetensorsWriter writer = plan().open()) {
            writer.write("a \"quoted\" näme", ByteBuffer.allocate(24));
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("scalar");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void write_wrongOrderOrLength_isRefused() {
        try (SafetensorsWriter writer = plan().open()) {
            assertThatThrownBy(() -> writer.write("scalar", ByteBuffer.allocate(8)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> writer.write("a \"quoted\" näme", ByteBuffer.allocate(25)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void tensor_badPlan_isRefused() {
        assertThatThrownBy(() -> plan().tensor("scalar", SafetensorsType.U8, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan().tensor("x", SafetensorsType.F4, List.of(3L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan().tensor("x", SafetensorsType.U8, List.of(-1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void open_inputInTheWay_isRefusedWithTheFormatsOwnException() throws IOException {
        Path input = Files.writeString(folder.resolve("model.safetensors"), "x");
        assertThatThrownBy(() -> plan().input(input).open())
                .isInstanceOfSatisfying(
                        SafetensorsException.class,
                        e -> assertThat(e.kind()).isEqualTo(SafetensorsException.Kind.TARGET));
    }
}
