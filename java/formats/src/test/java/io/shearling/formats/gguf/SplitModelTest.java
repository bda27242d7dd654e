package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufException.Kind;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitModelTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeParts() {
        for (int i = 0; i < 3; i++) {
            write(path(i), values(i, 3), "t" + i, (byte) i);
        }
    }

    @Test
    void open_firstPart_seesAllTensors() {
        try (GgufFile file = GgufFile.open(path(0))) {
            assertThat(file.parts()).hasSize(3);
            assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("t0", "t1", "t2");
            assertThat(file.tensors()).extracting(TensorInfo::part).containsExactly(0, 1, 2);
            for (TensorInfo tensor : file.tensors()) {
                assertThat(file.view(tensor, 0, 4)).isEqualTo(ByteBuffer.wrap(new byte[] {
                    (byte) tensor.part(), (byte) tensor.part(), (byte) tensor.part(), (byte) tensor.part()
                }));
            }
            assertThat(file.metadata().string("general.name")).isEqualTo("split");
            assertThat(file.sizeBytes())
                    .isEqualTo(
                            file.parts().stream().mapToLong(GgufPart::sizeBytes).sum());
        }
    }

    @Test
    void open_missingPart_namesIt() throws IOException {
        Files.delete(path(1));
        assertThat(refused(path(0)))
                .hasMessage(path(0) + ": part 2 of 3 is missing, " + path(1) + "; fetch all parts into one directory.");
    }

    @Test
    void open_laterPart_namesTheFirst() {
        assertThat(refused(path(1)))
                .hasMessage(path(1) + ": this is part 2 of 3; open the first part, m-00001-of-00003.gguf.");
    }

    @Test
    void open_otherName_isRefused() throws IOException {
        Path renamed = Files.move(path(0), directory.resolve("model.gguf"));
        assertThat(refused(renamed)).hasMessageContaining("does not end in -00001-of-00003.gguf");
    }

    @Test
    void open_partInTheWrongPlace_isRefused() throws IOException {
        Files.copy(path(2), path(1), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(refused(path(0))).hasMessageContaining("says that it is part 3, not 2 of 3");
    }

    @Test
    void open_tensorTwice_isRefused() {
        write(path(1), values(1, 3), "t0", (byte) 1);
        assertThat(refused(path(0))).hasMessageContaining("t0 is in an earlier part too");
    }

    @Test
    void open_wrongTotal_isRefused() {
        write(path(0), values(0, 4), "t0", (byte) 0);
        assertThat(refused(path(0))).hasMessageContaining("3 tensors together where 4 are announced");
    }

    @Test
    void open_keysOfTheWrongType_areRefused() {
        write(
                path(0),
                values(0, 3).toBuilder().put("split.count", GgufValue.u32(3)).build(),
                "t0",
                (byte) 0);
        assertThat(refused(path(0))).hasMessageContaining("split.count should be u16 but is u32");
        write(path(0), values(0, 3).toBuilder().remove("split.no").build(), "t0", (byte) 0);
        assertThat(refused(path(0))).hasMessageContaining("split.no of a split model is missing");
        write(path(0), values(0, 3).toBuilder().remove("split.tensors.count").build(), "t0", (byte) 0);
        assertThat(refused(path(0))).hasMessageContaining("split.tensors.count of a split model is missing");
    }

    @Test
    void open_damagedPart_namesThatPart() throws IOException {
        Files.write(path(2), new byte[] {'G', 'G', 'U', 'F', 3});
        GgufException e = catchThrowableOfType(GgufException.class, () -> GgufFile.open(path(0)));
        assertThat(e.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(e.file()).isEqualTo(path(2).toString());
    }

    private Path path(int index) {
        return directory.resolve("m-0000" + (index + 1) + "-of-00003.gguf");
    }

    private static GgufMetadata values(int index, int tensors) {
        GgufMetadata.Builder builder = GgufMetadata.builder()
                .put("split.no", GgufValue.u16(index))
                .put("split.count", GgufValue.u16(3))
                .put("split.tensors.count", GgufValue.i32(tensors));
        return index == 0 ? builder.put("general.name", "split").build() : builder.build();
    }

    private static void write(Path path, GgufMetadata metadata, String tensor, byte fill) {
        try (GgufWriter writer = GgufWriter.to(path)
                .metadata(metadata)
                .tensor(tensor, TensorType.I8, TensorShape.of(4))
                .open()) {
            writer.write(tensor, ByteBuffer.wrap(new byte[] {fill, fill, fill, fill}));
            writer.commit();
        }
    }

    private static GgufException refused(Path path) {
        GgufException e = catchThrowableOfType(GgufException.class, () -> GgufFile.open(path));
        assertThat(e).isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.SPLIT);
        return e;
    }
}
