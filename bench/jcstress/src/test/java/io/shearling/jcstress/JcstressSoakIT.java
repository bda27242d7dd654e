package io.shearling.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All stress tests of this module, in the compilation modes and on the virtual machines that the tool tries. */
class JcstressSoakIT {
    @TempDir
    Path folder;

    @Test
    void tool_findsNoForbiddenOutcome() throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.openjdk.jcstress.Main",
                "-m",
                "quick",
                "-r",
                folder.resolve("report").toString());
        Process tool = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        tool.waitFor();
        String said = Files.readString(output);
        assertThat(said)
                .as(said)
                .containsPattern("Failed tests:\\s+No matches")
                .containsPattern("Error tests:\\s+No matches")
                .containsPattern("All remaining tests:\\s+\\d+ matching");
    }
}
