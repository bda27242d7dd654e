package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    @TempDir
    Path directory;

    @Test
    void open_noSuchFile_isRefused() {
        Path path = directory.resolve("none.gguf");
        assertThat(refused(Kind.IO, path)).hasMessage(path + ": there is no such file; check the path.");
    }

    @Test
    void open_directoryOrEmptyFile_isRefused() throws IOException {
        assertThat(refused(Kind.IO, directory)).hasMessageContaining("directory");
        refused(Kind.NOT_GGUF, Files.createFile(directory.resolve("empty.gguf")));
    }

    @Test
    void data_pieces_areReadFromTheirPlace() throws IOException {
        RawGguf raw = RawGguf.header(2, 1, 0).tensor("x", 24, 0, 8).pad(32).raw(10, 11, 12, 13, 14, 15, 16, 17);
        try (GgufFile file = GgufFile.open(Files.write(directory.resolve("a.gguf"), raw.bytes()))) {
            TensorInfo x = file.tensor("x").orElseThrow();
            assertThat(file.version()).isEqualTo(2);
            assertThat(file.tensor("y")).isEmpty();
            assertThat(file.view(x, 2, 3)).isEqualTo(ByteBuffer.wrap(new byte[] {12, 13, 14}));
            assertThat(file.view(x, 0, 8).isReadOnly()).isTrue();
            ByteBuffer target = ByteBuffer.allocate(2);
            file.read(x, 6, target);
            assertThat(target.array()).containsExactly(16, 17);
            assertThatThrownBy(() -> file.view(x, 6, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> file.read(x, 7, ByteBuffer.allocate(2)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void close_twice_endsAccessToDataOnly() throws IOException {
        RawGguf raw = RawGguf.header(3, 1, 1)
                .u32("a", 5)
                .tensor("x", 24, 0, 1)
                .pad(32)
                .zeros(1);
        GgufFile file = GgufFile.open(Files.write(directory.resolve("a.gguf"), raw.bytes()));
        file.close();
        file.close();
        assertThatThrownBy(() -> file.view(file.tensors().get(0), 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(file.metadata().integer("a")).isEqualTo(5);
    }

    /** A sparse file: three tensors of 1 GiB, so that offsets pass 2 GiB and one view lies across a border. */
    @Test
    void open_fileBeyondTwoGib_isReadToItsEnd() throws IOException {
        long gib = 1L << 30;
        byte[] header = RawGguf.header(3, 3, 0)
                .tensor("a", 24, 0, gib)
                .tensor("b", 24, gib, gib)
                .tensor("c", 24, 2 * gib, gib)
                .pad(32)
                .bytes();
        Path path = directory.resolve("big.gguf");
        try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            out.setLength(header.length + 3 * gib);
            out.write(header);
            out.seek(gib - 2);
            out.write(new byte[] {1, 2, 3, 4});
            out.seek(header.length + 3 * gib - 1);
            out.write(9);
        }
        try (GgufFile file = GgufFile.open(path)) {
            TensorInfo a = file.tensors().get(0);
            assertThat(file.view(a, gib - 2 - a.fileOffset(), 4)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            TensorInfo c = file.tensors().get(2);
            assertThat(c.fileOffset()).isEqualTo(header.length + 2 * gib);
            assertThat(file.view(c, gib - 1, 1).get()).isEqualTo((byte) 9);
        }
    }

    @Test
    void open_largeVocabulary_decodesNothing() throws IOException {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 49_152; i++) {
            tokens.add("token" + i);
        }
        Path path = directory.resolve("vocabulary.gguf");
        GgufMetadata metadata = GgufMetadata.builder()
                .put("tokenizer.ggml.tokens", GgufArray.ofStrings(tokens))
                .build();
        try (GgufWriter writer = GgufWriter.to(path).metadata(metadata).open()) {
            writer.commit();
        }
        GgufFile.open(path).close(); // what the first one loads is not counted
        long before = Allocation.ofThisThread();
        GgufMetadata read = GgufFile.open(path).metadata();
        assertThat(Allocation.ofThisThread() - before).isLessThan(200_000);
        assertThat(read.array("tokenizer.ggml.tokens").string(40_000)).isEqualTo("token40000");
        assertThat(read.array("tokenizer.ggml.tokens").strings()).isEqualTo(tokens);
    }

    private static GgufException refused(Kind kind, Path path) {
        GgufException e = catchThrowableOfType(GgufException.class, () -> GgufFile.open(path));
        assertThat(e).isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        return e;
    }
}
