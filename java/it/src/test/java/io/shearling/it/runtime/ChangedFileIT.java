package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that changes under a loaded model: in a JVM of its own, because a page that is gone ends the process that reads it. */
class ChangedFileIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "touch"})
    void fileChangedInPlace_isNoticedByAllThatBegins(String how) {
        ProgramRun run = run(how, "MAP");
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout())
                .contains("before: done")
                .containsPattern("generation: MODEL_REFUSED .*gguf has changed since it was loaded")
                .containsPattern("session: MODEL_REFUSED .*gguf has changed since it was loaded")
                .containsPattern("engine: MODEL_REFUSED .*gguf has changed since it was loaded")
                .contains("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rename", "delete"})
    void fileReplacedOrDeleted_isStillMapped(String how) {
        assertGoesOn(run(how, "MAP"));
    }

    @Test
    void fileCutShort_readIntoMemory_doesNotMatter() {
        assertGoesOn(run("truncate", "READ"));
    }

    private static void assertGoesOn(ProgramRun run) {
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout().lines())
                .containsExactly("before: done", "generation: done", "session: done", "engine: done", "closed");
    }

    private ProgramRun run(String how, String loadMode) {
        return ChildJvm.of(ChangedFile.class)
                .arguments(TinyModels.in(folder).llama(1).toString(), how, loadMode)
                .run();
    }
}
