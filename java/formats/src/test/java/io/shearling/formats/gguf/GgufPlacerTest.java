package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufPlacerTest {
    /** Two are more than what a call to the disk is worth. */
    private static final int PIECE = 20 << 20;

    @TempDir
    Path directory;

    private Path target = Path.of("");

    @BeforeEach
    void nameTarget() {
        target = directory.resolve("out.gguf");
    }

    @Test
    void write_anyOrder_givesTheFileOfTheStream() throws IOException {
        Path streamed = directory.resolve("streamed.gguf");
        try (GgufWriter writer = plan(streamed).open()) {
            for (TensorInfo tensor : writer.tensors()) {
                writer.write(tensor.name(), bytes(tensor, 0, 16));
            }
            writer.commit();
        }
        try (GgufPlacer output = plan(target).openPlaced()) {
            for (int i = output.tensors().size() - 1; i >= 0; i--) {
                TensorInfo tensor = output.tensors().get(i);
                output.write(tensor, 8, bytes(tensor, 8, 8));
                output.write(tensor, 0, bytes(tensor, 0, 8));
            }
            output.commit();
        }
        assertThat(target).hasSameBinaryContentAs(streamed);
    }

    @Test
    void commit_dataMissing_isRefusedAndLeavesNothing() throws IOException {
        try (GgufPlacer output = plan(target).openPlaced()) {
            output.write(output.tensors().get(0), 0, ByteBuffer.allocate(16));
            assertThatThrownBy(output::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("48 bytes, and 16 were written");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void split_byTensors_opensAsOneModel() throws IOException {
        try (GgufPlacer output = plan(target).split(HaltingProcess.SPLIT).openPlaced()) {
            assertThat(files()).containsExactly("out-00001-of-00002.gguf.part", "out-00002-of-00002.gguf.part");
            writeAll(output);
            assertThat(output.commit()).isEqualTo(directory.resolve("out-00001-of-00002.gguf"));
        }
        assertThat(files()).containsExactly("out-00001-of-00002.gguf", "out-00002-of-00002.gguf");
        try (GgufFile file = GgufFile.open(directory.resolve("out-00001-of-00002.gguf"))) {
            assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("x", "y", "z");
            assertThat(file.tensors()).extracting(TensorInfo::part).containsExactly(0, 0, 1);
            assertThat(file.metadata().findString("general.name")).hasValue("test");
        }
    }

    @Test
    void split_byBytes_neverCutsATensor() {
        SplitRule rule = new SplitRule(0, 15, true);
        assertThat(plan(target).split(rule).plan().paths(target))
                .extracting(path -> path.getFileName().toString())
                .containsExactly(
                        "out-00001-of-00004.gguf",
                        "out-00002-of-00004.gguf",
                        "out-00003-of-00004.gguf",
                        "out-00004-of-00004.gguf");
        assertThat(plan(target).split(new SplitRule(0, 48, false)).plan().paths(target))
                .containsExactly(target);
    }

    @Test
    void resume_afterAKill_findsWhatWasNoted() throws Exception {
        Process killed = HaltingProcess.start(target);
        assertThat(killed.waitFor()).as(WritingProcess.output(killed)).isEqualTo(HaltingProcess.CODE);
        assertThat(files()).containsExactly("out.gguf.part", "out.gguf.part-of");
        try (GgufPlacer output = plan(target).resumable(HaltingProcess.ORIGIN).openPlaced()) {
            List<TensorInfo> tensors = output.tensors();
            assertThat(output.writtenBytes()).isEqualTo(24);
            assertThat(output.isWritten(tensors.get(0), 0, 16)).isTrue();
            assertThat(output.isWritten(tensors.get(2), 0, 8)).isFalse();
            assertThat(output.isWritten(tensors.get(2), 8, 8)).isTrue();
            output.write(tensors.get(1), 0, bytes(tensors.get(1), 0, 16));
            output.write(tensors.get(2), 0, bytes(tensors.get(2), 0, 8));
            output.commit();
        }
        assertThat(files()).containsExactly("out.gguf");
        Path whole = directory.resolve("whole.gguf");
        try (GgufPlacer output = plan(whole).openPlaced()) {
            writeAll(output);
            output.commit();
        }
        assertThat(target).hasSameBinaryContentAs(whole);
    }

    @Test
    void resume_piecesOfAnotherSize_countOnce() throws Exception {
        HaltingProcess.start(target).waitFor();
        Files.writeString(directory.resolve("out.gguf.part-of.new"), "left by a crash");
        try (GgufPlacer output = plan(target).resumable(HaltingProcess.ORIGIN).openPlaced()) {
            TensorInfo half = output.tensors().get(2);
            assertThat(output.isWritten(half, 0, 16)).isFalse();
            output.write(half, 0, bytes(half, 0, 16));
            output.write(output.tensors().get(1), 0, bytes(output.tensors().get(1), 0, 16));
            assertThat(output.writtenBytes()).isEqualTo(48);
            output.commit();
        }
        assertThat(files()).containsExactly("out.gguf");
    }

    @Test
    void resume_ofSomethingElse_beginsAnew() throws Exception {
        HaltingProcess.start(target).waitFor();
        try (GgufPlacer output = plan(target).resumable("another origin").openPlaced()) {
            assertThat(output.writtenBytes()).isZero();
        }
        assertThat(files()).isEmpty();
        HaltingProcess.start(target).waitFor();
        Path note = directory.resolve("out.gguf.part-of");
        Files.writeString(note, Files.readString(note).replaceFirst("\\d+\n$", ""));
        try (GgufPlacer output = plan(target).resumable(HaltingProcess.ORIGIN).openPlaced()) {
            assertThat(output.writtenBytes()).isZero();
        }
    }

    /** The note of the first run must not vouch for what the second one wrote over its bytes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resume_afterSomethingElseWasCutOffToo_beginsAnew(boolean resumable) throws Exception {
        HaltingProcess.start(target).waitFor();
        Process other = HaltingProcess.startOther(target, resumable);
        assertThat(other.waitFor()).as(WritingProcess.output(other)).isEqualTo(HaltingProcess.CODE);
        try (GgufPlacer output = plan(target).resumable(HaltingProcess.ORIGIN).openPlaced()) {
            assertThat(output.writtenBytes()).isZero();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void resume_thatCannotBegin_leavesWhatWasNoted() throws Exception {
        HaltingProcess.startSplit(target).waitFor();
        Path inTheWay = Files.createDirectory(directory.resolve("out-00002-of-00002.gguf"));
        GgufWriter.Builder plan = plan(target).split(HaltingProcess.SPLIT).resumable(HaltingProcess.ORIGIN);
        assertThatThrownBy(plan::openPlaced)
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("in the place of a directory");
        Files.delete(inTheWay);
        try (GgufPlacer output = plan.openPlaced()) {
            assertThat(output.writtenBytes()).isEqualTo(24);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void commit_interruptedBeforeTheSync_leavesNothing() throws IOException {
        try (GgufPlacer output = plan(target).split(HaltingProcess.SPLIT).openPlaced()) {
            writeAll(output);
            Thread.currentThread().interrupt();
            assertThatThrownBy(output::commit)
                    .isInstanceOf(GgufException.class)
                    .hasRootCauseInstanceOf(ClosedByInterruptException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).isEmpty();
    }

    @Test
    void commit_interruptedAfterTheSync_isWhole() throws IOException {
        try (GgufPlacer output = plan(target).split(HaltingProcess.SPLIT).openPlaced()) {
            writeAll(output);
            output.sync();
            Thread.currentThread().interrupt();
            output.commit();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).containsExactly("out-00001-of-00002.gguf", "out-00002-of-00002.gguf");
    }

    @Test
    void writeBack_whileMuchIsWritten_changesNothing() throws IOException {
        GgufPlan plan;
        try (GgufPlacer output = large(target).openPlaced()) {
            TensorInfo tensor = output.tensors().get(0);
            // The later half first: what is written back has a hole then.
            for (int piece : new int[] {2, 3, 0, 1}) {
                output.write(tensor, (long) piece * PIECE, ByteBuffer.wrap(pieceBytes(piece)));
                output.writeBack();
            }
            output.commit();
            plan = large(target).plan();
        }
        byte[] written = Files.readAllBytes(target);
        int offset = Math.toIntExact(plan.tensors().get(0).fileOffset());
        for (int piece = 0; piece < 4; piece++) {
            int from = offset + piece * PIECE;
            assertThat(Arrays.equals(written, from, from + PIECE, pieceBytes(piece), 0, PIECE))
                    .isTrue();
        }
    }

    @Test
    void writeBack_interrupted_leavesNothing() throws IOException {
        try (GgufPlacer output = large(target).openPlaced()) {
            output.write(output.tensors().get(0), 3L * PIECE, ByteBuffer.wrap(pieceBytes(3)));
            Thread.currentThread().interrupt();
            assertThatThrownBy(output::writeBack)
                    .isInstanceOf(GgufException.class)
                    .hasRootCauseInstanceOf(ClosedByInterruptException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).isEmpty();
    }

    @Test
    void open_interrupted_leavesNothing() throws IOException {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> plan(target).resumable("an origin").openPlaced())
                .isInstanceOf(GgufException.class)
                .hasRootCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).isEmpty();
    }

    private static GgufWriter.Builder large(Path target) {
        return GgufWriter.to(target)
                .metadata(GgufMetadata.builder().build())
                .tensor("large", TensorType.I8, TensorShape.of(4L * PIECE));
    }

    private static byte[] pieceBytes(int piece) {
        byte[] bytes = new byte[PIECE];
        new Random(piece).nextBytes(bytes);
        return bytes;
    }

    static GgufWriter.Builder plan(Path target) {
        return GgufWriter.to(target)
                .metadata(GgufMetadata.builder().put("general.name", "test").build())
                .tensor("x", TensorType.F32, TensorShape.of(4))
                .tensor("y", TensorType.F32, TensorShape.of(4))
                .tensor("z", TensorType.F32, TensorShape.of(4));
    }

    static ByteBuffer bytes(TensorInfo tensor, int from, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            bytes.put((byte) (tensor.name().charAt(0) + from + i));
        }
        return bytes.flip();
    }

    private static void writeAll(GgufPlacer output) {
        output.tensors().forEach(tensor -> output.write(tensor, 0, bytes(tensor, 0, 16)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
