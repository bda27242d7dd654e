package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadNoteTest {
    private static final Expectation FILE = new Expectation(1000, "0".repeat(64));

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("x.part-of");
    }

    private static DownloadNote note(ByteRange... missing) {
        return new DownloadNote("\"v1\"", FILE, List.of(missing));
    }

    @Test
    void write_note_isReadBackAndLeavesNothingElse() throws IOException {
        for (DownloadNote note : List.of(
                note(),
                note(new ByteRange(0, 10), new ByteRange(500, 1000)),
                new DownloadNote("", new Expectation(-1, null), List.of(new ByteRange(7, ByteRange.OPEN))),
                new DownloadNote("", new Expectation(-1, "0".repeat(64)), List.of()))) {
            note.write(path());
            assertThat(DownloadNote.read(path())).isEqualTo(note);
        }
        assertThat(folder.toFile().list()).containsExactly("x.part-of");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shearling-part-1\n",
                "shearling-part-9\nv\n1000\n-\n",
                "shearling-part-1\nv\nmany\n-\n",
                "shearling-part-1\nv\n1000\n-\n5-1001\n",
                "shearling-part-1\nv\n1000\n-\n9-5\n",
                "shearling-part-1\nv\n1000\n-\n500-600\n100-200\n",
                "shearling-part-1\nv\n1000\n-\n-5\n",
                "shearling-part-1\nv\n1000\n-\n12",
                "shearling-part-1\nv\n1000\n-\n1-2-3\n",
                "shearling-part-1\nv\n1000\n-\n\n",
                "shearling-part-1\nv\n-2\n-\n",
                "shearling-part-1\nv\n-9223372036854775808\n-\n5-9\n",
                "shearling-part-1\nv\n0\n-\n",
                "shearling-part-1\nv\n-1\n-\n5-9\n",
                "shearling-part-1\nv\n-1\n-\n5-9\n20-9223372036854775807\n",
                "shearling-part-1\n\"\u4e2d\"\n1000\n-\n5-9\n",
                "shearling-part-1\n\"a\u0001\"\n1000\n-\n5-9\n",
            })
    void read_damagedText_isNoNote(String text) throws IOException {
        Files.writeString(path(), text);
        assertThat(DownloadNote.read(path())).isNull();
    }

    @Test
    void read_bytesThatAreNoText_areNoNote() throws IOException {
        Files.write(path(), new byte[] {(byte) 0xff, '\n'});
        assertThat(DownloadNote.read(path())).isNull();
    }

    @Test
    void read_noFile_isNoNote() throws IOException {
        assertThat(DownloadNote.read(path())).isNull();
    }

    @Test
    void leastLength_isTheEndOfTheLastByteThatIsThere() {
        assertThat(note().leastLength()).isEqualTo(1000);
        assertThat(note(new ByteRange(400, 1000)).leastLength()).isEqualTo(400);
        assertThat(note(new ByteRange(0, 100), new ByteRange(400, 1000)).leastLength())
                .isEqualTo(400);
        assertThat(note(new ByteRange(0, 100)).leastLength()).isEqualTo(1000);
        assertThat(note(new ByteRange(0, 100), new ByteRange(400, 700)).doneBytes())
                .isEqualTo(600);
    }

    @Test
    void note_onAFileThatIsTooShort_isNotTrusted() throws IOException {
        DownloadFile file = new DownloadFile(folder.resolve("m"));
        note(new ByteRange(0, 100)).write(new ModelFiles(folder.resolve("m")).note());
        assertThat(file.note()).isNull();
        Files.write(file.path(), new byte[999]);
        assertThat(file.note()).isNull();
        Files.write(file.path(), new byte[1000]);
        assertThat(file.note()).isNotNull();
    }
}
