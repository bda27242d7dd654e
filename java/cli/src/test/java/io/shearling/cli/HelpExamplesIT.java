package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of every {@code --help} does what it says. */
class HelpExamplesIT {
    /** Files that examples read, by their ending; others are written by the examples. */
    private static final Map<String, String> FILES = Map.of(
            ".gbnf", "root ::= \"yes\" | \"no\"\n",
            ".txt", "Sheep graze.\n");

    /** Commands that change the cache: they get one of their own, in a process of its own. */
    private static final List<String> CHANGING = List.of("rm");

    @TempDir
    private Path folder = Path.of("");

    static Stream<HelpExample> examples() {
        return Shearling.commands().stream().flatMap(command -> HelpExample.of(command).stream());
    }

    @Test
    void examples_areThereForEveryCommand() {
        assertThat(examples().map(example -> example.arguments().get(0)).distinct())
                .containsExactlyElementsOf(Shearling.commands());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_runs(HelpExample example) throws Exception {
        String[] arguments = example.arguments().stream().map(this::placed).toArray(String[]::new);
        if (CHANGING.contains(arguments[0])) {
            assertThat(inACacheOfItsOwn(arguments)).as(example.line()).isZero();
        } else {
            CliRun run = CliRun.withInput(example.stdin(), arguments).succeeded();
            // A chat into which nobody types has nothing to say.
            assertThat(run.out().isEmpty())
                    .isEqualTo(arguments[0].equals("chat") && example.stdin().isEmpty());
        }
    }

    /** A word; one that names a file names it in this test's folder, and what is to be read is there. */
    private String placed(String word) {
        int dot = word.lastIndexOf('.');
        String ending = dot < 0 ? "" : word.substring(dot);
        if (word.contains(" ") || !(ending.equals(".json") || ending.equals(".gguf") || FILES.containsKey(ending))) {
            return word;
        }
        Path file = folder.resolve(word);
        try {
            if (ending.equals(".gguf")) {
                Files.createSymbolicLink(file, defaultModel());
            } else if (FILES.containsKey(ending)) {
                Files.write(file, FILES.get(ending).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file.toString();
    }

    private int inACacheOfItsOwn(String... arguments) throws Exception {
        Path model = defaultModel();
        Path place = folder.resolve("models").resolve("smollm2-135m");
        Files.createDirectories(place);
        Files.copy(model, place.resolve(model.getFileName()));
        ProcessBuilder builder = new ProcessBuilder(JarProcess.command(arguments));
        builder.environment().put("SHEARLING_CACHE", folder.toString());
        try (JarProcess run = JarProcess.start(folder, builder)) {
            return run.exitCode();
        }
    }

    private static Path defaultModel() {
        return Path.of(CliRun.of("pull", "smollm2-135m").succeeded().lines().get(0));
    }
}
