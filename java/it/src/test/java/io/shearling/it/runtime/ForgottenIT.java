package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody closes is freed all the same, and told once. */
class ForgottenIT {
    @TempDir
    Path folder;

    @Test
    void collector_ofForgottenObjects_freesThemAndTellsOfEachOnce() {
        ProgramRun run = forgetful().run();
        assertThat(run.stdout()).contains("left: {}");
        // The model twice; of the session that has its own engine, only the session.
        assertThat(count(run, "the model .* was never closed")).isEqualTo(2);
        assertThat(count(run, "the session .* was never closed")).isEqualTo(2);
        assertThat(count(run, "the engine .* was never closed")).isEqualTo(1);
        assertThat(count(run, "was never closed")).isEqualTo(5);
        assertThat(count(run, "-Dshearling.leaks=trace")).isEqualTo(5);
        assertThat(run.stderr()).doesNotContain("\tat ");
    }

    @Test
    void collector_withTrace_tellsWhereTheyWereMade() {
        ProgramRun run = forgetful().property("shearling.leaks", "trace").run();
        assertThat(run.stdout()).contains("left: {}");
        assertThat(count(run, "was never closed")).isEqualTo(5);
        assertThat(count(run, "was created here, by the thread main")).isEqualTo(5);
        assertThat(count(run, "at .*Forgetful\\.forgetModelEngineAndSession")).isEqualTo(3);
        assertThat(count(run, "at .*Forgetful\\.forgetAStreamThatIsHalfRead")).isEqualTo(2);
        assertThat(run.stderr()).doesNotContain("shearling.leaks");
    }

    private ChildJvm forgetful() {
        return ChildJvm.of(Forgetful.class)
                .arguments(TinyModels.in(folder).llama(1).toString());
    }

    private static long count(ProgramRun run, String pattern) {
        return Pattern.compile(pattern).matcher(run.stderr()).results().count();
    }
}
