package io.shearling.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ProgramRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program, run as a reader would. */
class ReadmeIT {
    @Test
    void program_streamsAndEnds(@TempDir Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String program = Readme.programIn(folder).toString();

        ProgramRun run = ProgramRun.of(List.of(java, "-cp", ReadmeTest.classPath(), program), Duration.ofMinutes(2));

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).containsPattern("\\w+ \\w+").containsPattern("\\d+ tokens, ended by [A-Z_]+\\R$");
    }
}
