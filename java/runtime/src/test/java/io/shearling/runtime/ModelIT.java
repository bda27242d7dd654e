package io.shearling.runtime;

import static io.shearling.runtime.SessionIT.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.core.Core;
import io.shearling.core.shl_counters;
import io.shearling.runtime.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelIT {
    @Test
    void load_reportsProgressAndNumbers() {
        List<Double> progress = new ArrayList<>();
        try (Model model = Model.load(SmolLm2.path(), ModelOptions.DEFAULT, progress::add)) {
            assertThat(progress).isNotEmpty().isSorted().last().isEqualTo(1.0);
            assertThat(model.contextLength()).isEqualTo(8192);
            assertThat(model.parameterCount()).isEqualTo(134_515_008L);
            assertThat(model.shape().blockCount()).isEqualTo(30);
            assertThat(model.offloadedLayers()).isZero();
            assertThat(model.tokenizer().vocabulary().size()).isEqualTo(49152);
            assertThat(model.chatTemplate().source()).contains("<|im_start|>");
        }
    }

    @Test
    void close_underASession_freesWithTheSession() {
        // The shared model stays open; this one must come and go.
        SmolLm2.model();
        long before = models();
        Model model = Model.load(SmolLm2.path());
        Session session = model.newSession(SmolLm2.options().contextTokens(256).build());
        assertThat(models()).isEqualTo(before + 1);
        model.close();
        model.close();
        assertThat(session.complete("One, two,", GenerationOptions.greedy(2))
                        .await()
                        .text())
                .isNotEmpty();
        assertThat(models()).isEqualTo(before + 1);
        session.close();
        assertThat(models()).isEqualTo(before);
        assertCode(ErrorCode.CLOSED, model::newSession);
        assertCode(ErrorCode.CLOSED, () -> model.tokenizer().encode("x"));
    }

    @Test
    void load_listenerThrows_leavesNothingBehind() {
        SmolLm2.model();
        long before = models();
        assertThatThrownBy(() -> Model.load(SmolLm2.path(), ModelOptions.DEFAULT, fraction -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(models()).isEqualTo(before);
    }

    @Test
    void load_interrupted_leavesNothingBehind() {
        SmolLm2.model();
        long before = models();
        Thread.currentThread().interrupt();
        assertCode(ErrorCode.CANCELLED, () -> Model.load(SmolLm2.path()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(models()).isEqualTo(before);
    }

    @Test
    void load_badFiles_areRefusedByName(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.gguf");
        Path text = Files.writeString(folder.resolve("text.gguf"), "no model at all");
        Path empty = Files.createFile(folder.resolve("empty.gguf"));
        byte[] head = new byte[1 << 20];
        try (var in = Files.newInputStream(SmolLm2.path())) {
            assertThat(in.readNBytes(head, 0, head.length)).isEqualTo(head.length);
        }
        Path truncated = Files.write(folder.resolve("truncated.gguf"), head);
        for (Path bad : List.of(missing, text, empty, truncated, folder)) {
            assertThatThrownBy(() -> Model.load(bad))
                    .hasMessageContaining(bad.getFileName().toString())
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
            assertCode(ErrorCode.MODEL_REFUSED, () -> Model.load(bad));
        }
    }

    @Test
    void load_requiredGpuIsNotThere_isRefused() {
        ModelOptions options = ModelOptions.builder().cpuOnly().requireGpu().build();
        assertCode(ErrorCode.NO_DEVICE, () -> Model.load(SmolLm2.path(), options));
    }

    @Test
    void engine_contextOverAllMemory_isAStatus() {
        EngineOptions huge = SmolLm2.options().contextTokens(1 << 27).build();
        assertThatThrownBy(() -> SmolLm2.model().newEngine(huge)).hasMessageContaining("134217728 tokens");
        assertCode(ErrorCode.OUT_OF_MEMORY, () -> SmolLm2.model().newEngine(huge));
    }

    private static long models() {
        try (shl_counters counters = new shl_counters()) {
            Core.shl_counters_read(counters);
            return counters.models();
        }
    }
}
