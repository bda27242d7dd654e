package io.shearling.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.safetensors.SafetensorsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file on the disk. */
class SafetensorsFileTest {
    private static final byte[] GOOD = RawSafetensors.file(
            "{" + RawSafetensors.tensor("a", "U8", "3", "0,3") + "," + RawSafetensors.tensor("b", "U8", "5", "3,8")
                    + "}",
            8);

    @TempDir
    Path folder = Path.of("");

    @Test
    void read_aPiece_isThatOfTheTensor() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(Files.write(folder.resolve("x"), GOOD))) {
            SafetensorsTensor b = file.header().tensors().get(1);
            ByteBuffer piece = ByteBuffer.allocate(3);
            file.read(b, 1, piece);
            assertThat(piece.array()).containsExactly(4, 5, 6);
            assertThatThrownBy(() -> file.read(b, 3, ByteBuffer.allocate(3)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void read_fileShortenedMeanwhile_isRefused() throws IOException {
        Path path = Files.write(folder.resolve("x"), GOOD);
        try (SafetensorsFile file = SafetensorsFile.open(path);
                FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
            other.truncate(GOOD.length - 4);
            SafetensorsTensor b = file.header().tensors().get(1);
            assertThatThrownBy(() -> file.read(b, 0, ByteBuffer.allocate(5)))
                    .isInstanceOfSatisfying(
                            SafetensorsException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED));
        }
    }

    @Test
    void open_missingFileOrFolder_isRefused() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none")))
                .hasMessageEndingWith("none: there is no such file; check the path.");
        assertThatThrownBy(() -> SafetensorsFile.open(folder)).hasMessageContaining("not a regular file");
    }

    @Test
    void open_emptyFile_isRefused() throws IOException {
        Path empty = Files.createFile(folder.resolve("x"));
        assertThatThrownBy(() -> SafetensorsFile.open(empty)).hasMessageContaining("with 0 bytes");
    }
}
