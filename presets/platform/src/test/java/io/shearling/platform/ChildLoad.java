package io.shearling.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM of its own that loads the natives of the real jar. Its cache, its home and its folder for temporary files lie in a folder of
 * the test.
 *
 * @param folder the test's folder
 */
record ChildLoad(Path folder) {

    /** What a child did. */
    record Result(int exitCode, String output) {
        Result succeeded() {
            assertThat(exitCode).as(output).isZero();
            return this;
        }

        /** It ended with one line, in which it tells why nothing can be loaded. */
        Result refused() {
            assertThat(exitCode).as(output).isEqualTo(1);
            return this;
        }
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path natives() {
        return cache().resolve("natives");
    }

    Path temporary() {
        return folder.resolve("tmp");
    }

    Result run() throws IOException, InterruptedException {
        return run(List.of());
    }

    /** Runs the child within another program, which takes the child's command as its last arguments. */
    Result run(List<String> within) throws IOException, InterruptedException {
        return end(start(within, "-cp", System.getProperty("java.class.path"), LoadProgram.class.getName()));
    }

    Process start(List<String> within, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dshearling.cache=" + cache());
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary()));
        // JavaCPP creates its cache in the home folder unless it is told not to.
        command.add("-Duser.home=" + Files.createDirectories(folder.resolve("home")));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    static Result end(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
