package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.runtime.Model;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.BrokenFiles;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are refused by their name, and nothing is left behind. */
@ExtendWith(NativeLeakCheck.class)
class BrokenModelIT {
    @TempDir
    Path folder;

    @Test
    void load_cutAnywhere_isRefused() throws IOException {
        Path whole = TinyModels.in(folder).llama(1);
        long size = Files.size(whole);
        for (int part = 0; part < 16; part++) {
            assertRefused(BrokenFiles.truncate(whole, size * part / 16));
        }
        assertRefused(BrokenFiles.truncate(whole, size - 1));
    }

    @Test
    void load_aBitOfTheMagicTurnedOver_isRefused() {
        Path whole = TinyModels.in(folder).llama(1);
        for (int bit = 0; bit < 32; bit++) {
            assertRefused(BrokenFiles.flipBit(whole, bit));
        }
    }

    private static void assertRefused(Path broken) {
        ShearlingException refusal = catchThrowableOfType(
                ShearlingException.class, () -> Model.load(broken).close());
        assertThat(refusal)
                .as(broken.toString())
                .isNotNull()
                .hasMessageContaining(String.valueOf(broken.getFileName()));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_REFUSED);
    }
}
