package io.shearling.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins of the user's: the good ones compute, the others are left out with a reason, and no JVM dies of one. */
class PluginsIT {
    private static final Map<String, String> CAUSES = Map.of(
            "abort", "it ends the process (abort): ",
            "crash", "it ends the process (memory that is not there): ",
            "exit", "it ends the process (exit code 0): ",
            "crash-when-used", "it ends the process (abort): ",
            "refuse", "it finds nothing that it can use: ",
            "other-version", "it is made for another release of llama.cpp (incompatible API version",
            "stranger", "(ggml_backend_of_another_release is not here): take the one for v0.5.0",
            "empty", "it is no plug-in of ggml: ",
            "needy", "libabsent.so.7 is missing: ",
            "text", "it is not a shared library: ");

    @TempDir
    private static Path cache = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void fill() {
        assertThat(CommandRun.of(cache, "devices").run().exitCode()).isZero();
    }

    @Test
    void diagnose_pluginsThatGoWrong_leavesEachOutAndSaysWhy() throws IOException {
        for (String name : CAUSES.keySet()) {
            if (name.equals("text")) {
                Files.writeString(folder.resolve("libggml-text.so"), "no library, and long enough for a header of one");
            } else {
                FaultyPlugins.copy(name, folder, name);
            }
        }
        FaultyPlugins.copy("nothing", folder, "nothing");
        FaultyPlugins.good(cache, folder, "good");
        Path missing = folder.resolve("libggml-missing.so");

        ProgramRun run = CommandRun.of(cache, "diagnose")
                .property("shearling.plugins", folder + File.pathSeparator + missing)
                .run();

        assertThat(run.exitCode()).as(run.stderr()).isEqualTo(1);
        CAUSES.forEach((name, cause) -> assertThat(run.stdout())
                .contains("the back end " + folder.resolve("libggml-" + name + ".so") + " is left out because ")
                .contains(cause));
        assertThat(run.stdout())
                .contains(missing + " is left out because there is no file that can be read: ")
                .containsPattern("libggml-good.so \\(-Dshearling.plugins\\)\\R +loaded: CPU: ")
                .containsPattern("libggml-nothing.so \\(-Dshearling.plugins\\)\\R +loaded: no device")
                .contains("device         CPU, ");
        assertThat(run.stderr().lines())
                .hasSize(CAUSES.size() + 1)
                .allMatch(line -> line.contains(" is left out because "));
    }

    @Test
    void devices_aPluginThatDoesNotEnd_isGivenUp() {
        ProgramRun run = CommandRun.of(cache, "devices")
                .property("shearling.plugins", FaultyPlugins.of("loop").toString())
                .property("shearling.probe.seconds", "1")
                .run();

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stderr().lines())
                .singleElement()
                .asString()
                .endsWith("was not ready after 1 s: give it more with -Dshearling.probe.seconds=N");
    }

    @Test
    void program_withAPluginThatAborts_computesOnTheCpuAndSaysSo() {
        Path model = TinyModels.in(folder).llama(1);

        ProgramRun run = ChildJvm.of(CompleteAndReturn.class)
                .property("shearling.cache", cache.toString())
                .environment("SHEARLING_PLUGINS", FaultyPlugins.of("abort").toString())
                .arguments(model.toString())
                .run();

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).isEqualTo("4 tokens" + System.lineSeparator());
        assertThat(run.stderr()).containsOnlyOnce("libggml-abort.so is left out because it ends the process");
    }

    /** The kept answer is changed, so that one can see whether it was read. */
    @Test
    void answer_ofAPluginThatDied_isKeptUntilTheFileChanges() throws IOException {
        Path plugin = FaultyPlugins.copy("crash", folder, "crash");
        assertThat(warning(plugin)).contains("it ends the process");
        Path kept = keptFor(plugin);
        Files.writeString(kept, Files.readString(kept).replace("it ends the process", "it was kept"));

        assertThat(warning(plugin)).contains("it was kept");

        Files.setLastModifiedTime(plugin, FileTime.fromMillis(1_000));
        assertThat(warning(plugin)).contains("it ends the process");
    }

    @Test
    void answer_ofAPluginThatSaysWhatItLacks_isNotKept() throws IOException {
        Path plugin = FaultyPlugins.copy("needy", folder, "needy");

        assertThat(warning(plugin)).contains("libabsent.so.7 is missing");
        assertThat(keptAbout(plugin)).isEmpty();
    }

    private static String warning(Path plugin) {
        ProgramRun run = CommandRun.of(cache, "devices")
                .property("shearling.plugins", plugin.toString())
                .run();
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        return run.stderr();
    }

    private static Path keptFor(Path plugin) throws IOException {
        List<Path> kept = keptAbout(plugin);
        assertThat(kept).hasSize(1);
        return kept.get(0);
    }

    private static List<Path> keptAbout(Path plugin) throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            List<Path> kept = files.filter(
                            file -> String.valueOf(file.getParent()).endsWith("probed"))
                    .toList();
            return kept.stream()
                    .filter(file -> text(file).contains(plugin.toString()))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
