package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.core.Core;
import io.shearling.core.shl_model;
import io.shearling.core.shl_model_params;
import io.shearling.core.shl_progress;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.sampling.SamplerChain;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At which level lines of native code come out. */
class NativeLogIT {
    private final Logger logger = Logger.getLogger("io.shearling.native");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            records.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
    }

    /** The reason of a failed call is in its exception; what others have logged is still an error. */
    @Test
    void failedCall_leavesTheErrorsOfOthersAsTheyAre() {
        try (Model model = Model.load(TinyModels.in(folder).llama(1));
                Session session = model.newSession(
                        EngineOptions.builder().contextTokens(256).threads(1).build())) {
            failInSilence(folder.resolve("nobody.gguf"));
            GenerationOptions bad = GenerationOptions.greedy(1).toBuilder()
                    .samplers(SamplerChain.GREEDY.withGrammar("root ::= ("))
                    .build();
            assertThatThrownBy(() -> session.complete("sheep", bad)).hasMessageContaining("cannot use the sampler");
        }
        assertThat(records)
                .filteredOn(line -> line.getLevel().equals(Level.SEVERE))
                .extracting(LogRecord::getMessage)
                .anyMatch(line -> line.contains("nobody.gguf"))
                .noneMatch(line -> line.contains("root"));
    }

    /** Leaves error lines in the queue. */
    private static void failInSilence(Path missing) {
        try (shl_model_params params = new shl_model_params();
                shl_model none = new shl_model()) {
            Core.shl_model_params_default(params);
            assertThat(Core.shl_model_load(missing.toString(), params, (shl_progress) null, none))
                    .isNotZero();
        }
    }
}
