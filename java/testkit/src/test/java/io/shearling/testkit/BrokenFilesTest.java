package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenFilesTest {
    @TempDir
    Path folder;

    @Test
    void truncate_aFile_keepsItsBeginning() throws IOException {
        Path file = Files.write(folder.resolve("a.gguf"), new byte[] {1, 2, 3});
        Path broken = BrokenFiles.truncate(file, 2);
        assertThat(broken).hasBinaryContent(new byte[] {1, 2}).hasFileName("a-first-2.gguf");
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThatIllegalArgumentException().isThrownBy(() -> BrokenFiles.truncate(file, 4));
    }

    @Test
    void flipBit_ofAFile_changesThatBitOnly() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[] {0, 0b101});
        assertThat(BrokenFiles.flipBit(file, 8)).hasBinaryContent(new byte[] {0, 0b100});
        assertThat(BrokenFiles.flipBit(file, 15)).hasBinaryContent(new byte[] {0, (byte) 0b1000_0101});
        assertThat(file).hasBinaryContent(new byte[] {0, 0b101});
        assertThatIllegalArgumentException().isThrownBy(() -> BrokenFiles.flipBit(file, 16));
    }
}
