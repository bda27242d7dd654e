package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufException.Kind;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
    @TempDir
    Path directory;

    private Path target = Path.of("");

    @BeforeEach
    void nameTarget() {
        target = directory.resolve("out.gguf");
    }

    @Test
    void commit_wholeFile_leavesNothingElse() throws IOException {
        try (GgufWriter writer = plan().open()) {
            writer.write("x", ByteBuffer.allocate(16));
            assertThat(files()).containsExactly("out.gguf.part");
            assertThat(writer.commit()).isEqualTo(target);
        }
        assertThat(files()).containsExactly("out.gguf");
        assertThat(GgufFile.open(target).tensors()).hasSize(1);
    }

    @Test
    void close_withoutCommit_removesThePartAndKeepsTheTarget() throws IOException {
        Files.writeString(target, "old");
        try (GgufWriter writer = plan().open()) {
            writer.write("x", ByteBuffer.allocate(8));
        }
        assertThat(files()).containsExactly("out.gguf");
        assertThat(target).hasContent("old");
    }

    @Test
    void commit_overAnOldFile_replacesIt() throws IOException {
        Files.writeString(target, "old");
        Files.writeString(
                directory.resolve("out.gguf.part"), "left by a crash, and longer than what comes now".repeat(9));
        try (GgufWriter writer = plan().open()) {
            writer.write("x", ByteBuffer.allocate(16));
            writer.commit();
        }
        assertThat(files()).containsExactly("out.gguf");
        try (GgufFile file = GgufFile.open(target)) {
            assertThat(file.sizeBytes()).isEqualTo(file.tensors().get(0).fileOffset() + 32);
        }
    }

    @Test
    void commit_dataMissing_isRefused() throws IOException {
        try (GgufWriter writer = plan().open()) {
            writer.write("x", ByteBuffer.allocate(15));
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("15 of its 16 bytes");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void write_wrongTensorOrTooMuch_isRefused() {
        try (GgufWriter writer = plan().tensor("none", TensorType.F32, TensorShape.of(0))
                .tensor("y", TensorType.F32, TensorShape.of(1))
                .open()) {
            assertThatThrownBy(() -> writer.write("y", ByteBuffer.allocate(4)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Data of tensor y where that of x follows.");
            assertThatThrownBy(() -> writer.write("x", ByteBuffer.allocate(17)))
                    .isInstanceOf(IllegalArgumentException.class);
            writer.write("x", ByteBuffer.allocate(16));
            writer.write("y", ByteBuffer.allocate(4));
            assertThatThrownBy(() -> writer.write("y", ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            writer.commit();
        }
        assertThat(GgufFile.open(target).tensors()).hasSize(3);
    }

    @Test
    void open_targetIsAnInput_isRefused() throws IOException {
        Files.writeString(target, "input");
        Path link = Files.createSymbolicLink(directory.resolve("link.gguf"), target);
        for (Path input : List.of(target, link, directory.resolve(".").resolve("out.gguf"))) {
            GgufException e = refused(Kind.TARGET, plan().input(input));
            assertThat(e).hasMessageContaining("would overwrite the input");
        }
        refused(Kind.TARGET, GgufWriter.to(link).input(target));
        assertThat(target).hasContent("input");
        Path part = Files.writeString(directory.resolve("out.gguf.part"), "input");
        refused(Kind.TARGET, plan().input(part));
        assertThat(part).hasContent("input");
    }

    @Test
    void open_badTarget_isRefused() {
        refused(Kind.TARGET, GgufWriter.to(directory));
        refused(Kind.TARGET, GgufWriter.to(directory.resolve("no").resolve("out.gguf")));
    }

    @Test
    void open_secondWriter_isRefused() {
        try (GgufWriter first = plan().open()) {
            refused(Kind.TARGET, plan());
            first.write("x", ByteBuffer.allocate(16));
            first.commit();
        }
        assertThat(GgufFile.open(target).tensors()).hasSize(1);
    }

    @Test
    void open_afterARefusedWriterOfThisProcess_isRefusedToAnotherProcess() throws IOException {
        try (GgufWriter first = plan().open()) {
            refused(Kind.TARGET, plan());
            assertThat(WritingProcess.output(WritingProcess.start(target, 1))).contains("somebody else is writing");
            first.write("x", ByteBuffer.allocate(16));
            first.commit();
        }
        assertThat(files()).containsExactly("out.gguf");
    }

    @Test
    void open_afterACommitOrNone_isFree() throws IOException {
        plan().open().close();
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        for (int i = 0; i < 2; i++) {
            try (GgufWriter writer = plan().open()) {
                // The same file by another name.
                refused(
                        Kind.TARGET,
                        GgufWriter.to(link.resolve("out.gguf")).tensor("x", TensorType.F32, TensorShape.of(4)));
                writer.write("x", ByteBuffer.allocate(16));
                writer.commit();
            }
        }
    }

    @Test
    void commit_whileAnotherProcessWritesTheSame_leavesAWholeFile() throws IOException, InterruptedException {
        Process other = WritingProcess.start(target, 150);
        do {
            try {
                WritingProcess.write(target);
            } catch (GgufException e) {
                assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.TARGET);
            }
            if (Files.exists(target)) {
                try (GgufFile file = GgufFile.open(target)) {
                    assertThat(file.tensors()).hasSize(1);
                }
            }
        } while (other.isAlive());
        assertThat(WritingProcess.output(other).lines())
                .allSatisfy(line -> assertThat(line).contains("somebody else is writing"));
    }

    @Test
    void open_moreThanTheDiskHas_isRefusedBeforeTheFirstByte() throws IOException {
        GgufException e = refused(Kind.SPACE, plan().tensor("big", TensorType.F32, TensorShape.of(1L << 50, 1L << 8)));
        assertThat(e).hasMessageContaining("has room for");
        assertThat(files()).isEmpty();
    }

    @Test
    void tensor_badPlan_isRefused() {
        assertThatThrownBy(() -> plan().tensor("x", TensorType.F32, TensorShape.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
        for (String name : List.of("", "n".repeat(64), "\u00e9".repeat(32), "a\0b")) {
            assertThatThrownBy(() -> plan().tensor(name, TensorType.F32, TensorShape.of(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> plan().tensor("q", TensorType.Q4_K, TensorShape.of(576)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void open_badAlignment_isRefused() {
        for (GgufValue value : List.of(GgufValue.u32(48), GgufValue.u64(32), GgufValue.u32(1 << 21))) {
            GgufMetadata metadata =
                    GgufMetadata.builder().put("general.alignment", value).build();
            assertThatThrownBy(() -> plan().metadata(metadata).open()).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void open_largeMetadata_isStreamedAndComesBack() {
        String text = "sheep ".repeat(50_000);
        GgufMetadata metadata = GgufMetadata.builder()
                .put("a", text)
                .put("b", GgufArray.ofStrings(List.of(text, "", text)))
                .build();
        try (GgufWriter writer = plan().metadata(metadata).open()) {
            writer.write("x", ByteBuffer.allocate(16));
            writer.commit();
        }
        assertThat(GgufFile.open(target).metadata()).isEqualTo(metadata);
    }

    private GgufWriter.Builder plan() {
        return GgufWriter.to(target).tensor("x", TensorType.F32, TensorShape.of(4));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static GgufException refused(Kind kind, GgufWriter.Builder plan) {
        GgufException e = catchThrowableOfType(GgufException.class, plan::open);
        assertThat(e).isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        return e;
    }
}
