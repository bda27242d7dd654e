package io.shearling.core;

import static io.shearling.core.Core.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.natives.NativeLibraries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreBindingIT {
    private static final int Q8_0 = 8;

    @BeforeAll
    static void loadBeforeJavaCpp() {
        NativeLibraries.load();
    }

    @Test
    void version_ofTheLibrary_isThatOfTheHeader() {
        assertThat(shl_version()).isEqualTo(SHL_VERSION);
        assertThat(shl_llama_version()).startsWith("0.5.0");
    }

    @Test
    void counters_beforeAnyHandle_areZero() {
        try (shl_counters counters = new shl_counters()) {
            shl_counters_read(counters);

            assertThat(counters.models()).isZero();
            assertThat(counters.model_bytes()).isZero();
        }
    }

    @Test
    void typeRead_q8_0_tellsItsBlock() {
        try (shl_type_info info = new shl_type_info()) {
            assertThat(shl_type_read(Q8_0, info)).isEqualTo(SHL_OK);

            assertThat(info.name().getString(UTF_8)).isEqualTo("q8_0");
            assertThat(info.block_elements()).isEqualTo(32);
            assertThat(info.block_bytes()).isEqualTo(34);
            assertThat(info.quantizes()).isTrue();
            assertThat(info.dequantizes()).isTrue();
            assertThat(info.needs_importance()).isFalse();
        }
    }

    @Test
    void typeRead_noSuchType_saysSo() {
        try (shl_type_info info = new shl_type_info()) {
            assertThat(shl_type_read(12345, info)).isEqualTo(SHL_INVALID_ARGUMENT);
            assertThat(shl_last_error()).contains("12345");
        }
    }

    @Test
    void rows_throughQ8_0AndBack_stayWithinHalfAStep() {
        Random random = new Random(3);
        float[] rows = new float[2 * 64];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextFloat() * 2 - 1;
        }
        byte[] blocks = new byte[2 * 2 * 34];
        float[] back = new float[rows.length];

        assertThat(shl_rows_quantize(Q8_0, rows, rows.length, blocks, blocks.length, 2, 64, (float[]) null))
                .as(Core::shl_last_error)
                .isEqualTo(SHL_OK);
        assertThat(shl_rows_dequantize(Q8_0, blocks, blocks.length, back, back.length, 2, 64))
                .isEqualTo(SHL_OK);

        for (int i = 0; i < rows.length; i++) {
            assertThat(back[i]).isCloseTo(rows[i], within(0.5f / 127 + 1e-3f));
        }
    }

    @Test
    void rows_inDirectBuffers_areTheSameAsInArrays() {
        ByteBuffer blocks = ByteBuffer.allocateDirect(34);
        ByteBuffer rows = ByteBuffer.allocateDirect(32 * Float.BYTES).order(ByteOrder.nativeOrder());
        float[] array = new float[32];
        for (int i = 0; i < array.length; i++) {
            array[i] = i;
            rows.putFloat(i * Float.BYTES, i);
        }
        byte[] expected = new byte[34];

        assertThat(shl_rows_quantize(Q8_0, array, 32, expected, 34, 1, 32, (float[]) null))
                .isEqualTo(SHL_OK);
        assertThat(shl_rows_quantize(Q8_0, rows.asFloatBuffer(), 32, blocks, 34, 1, 32, (FloatBuffer) null))
                .isEqualTo(SHL_OK);

        byte[] actual = new byte[34];
        blocks.get(actual);
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void backendScore_ofAFileThatIsNoLibrary_namesThePathInUtf8(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("Lämmchen \uD83D\uDC11.so"), "no library");

        assertThat(shl_backend_score(file.toString(), new int[1])).isEqualTo(SHL_LOAD_FAILED);
        assertThat(shl_last_error()).contains("Lämmchen \uD83D\uDC11.so");
    }

    @Test
    void progressNew_intoAnEmptyHandle_fillsIt() {
        try (shl_progress progress = new shl_progress();
                shl_counters counters = new shl_counters()) {
            assertThat(progress.isNull()).isTrue();
            assertThat(shl_progress_new(progress)).isEqualTo(SHL_OK);

            assertThat(progress.isNull()).isFalse();
            assertThat(shl_progress_fraction(progress)).isZero();
            shl_counters_read(counters);
            assertThat(counters.progresses()).isOne();
            shl_progress_free(progress);
            shl_counters_read(counters);
            assertThat(counters.progresses()).isZero();
        }
    }

    @Test
    void limits_ofJavaCpp_areOff() {
        assertThat(Pointer.maxPhysicalBytes()).isZero();
        assertThat(Pointer.maxBytes()).isZero();
    }
}
