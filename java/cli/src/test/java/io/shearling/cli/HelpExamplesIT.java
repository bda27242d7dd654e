package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of every {@code --help} does what it says. */
@Tag("once")
class HelpExamplesIT {
    /** What is in the grammars that examples name. */
    private static final String GRAMMAR = "root ::= \"yes\" | \"no\"\n";

    /** Some chunks of a text. */
    private static final String PROSE = "The sheep graze on the hill, and the wolf sleeps below it. ".repeat(100);

    /** A question with its answers. */
    private static final String TASK =
            "{\"question\": \"What grazes?\", \"choices\": [\"a car\", \"a sheep\"], \"answer\": 1}\n";

    /** The shortest recipe. */
    private static final String RECIPE =
            "{version: 1, name: own, texts: {evaluation: other.txt}, steps: [{prune-layers: {count: 1, rule: middle}}], baseline: []}";

    private static final String HUB = "hf:";

    private static final String CHECKPOINT = "my-model";

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
        String[] arguments =
                shortened(example.arguments()).stream().map(this::placed).toArray(String[]::new);
        if (needsACacheOfItsOwn(arguments)) {
            assertThat(inACacheOfItsOwn(arguments)).as(example.line()).isZero();
        } else {
            CliRun run = CliRun.withInput(example.stdin(), arguments).succeeded();
            // A chat into which nobody types has nothing to say.
            assertThat(run.out().isEmpty())
                    .isEqualTo(arguments[0].equals("chat") && example.stdin().isEmpty());
        }
    }

    /** The example with a short reply on one thread, unless it says otherwise: it shows how to ask, not what comes. */
    private List<String> shortened(List<String> words) {
        List<String> all = new ArrayList<>(words);
        if (List.of("run", "chat").contains(words.get(0))) {
            all.addAll(1, List.of("--threads", "1"));
            if (!words.contains("--max-tokens")) {
                all.addAll(1, List.of("--max-tokens", "8"));
            }
        }
        if (words.get(0).equals("compress")) {
            all.addAll(List.of("--workspace", folder.resolve("work").toString()));
        }
        return all;
    }

    /** What removes models, and what would fetch one that is only an example. */
    private static boolean needsACacheOfItsOwn(String... arguments) {
        return arguments[0].equals("rm") || List.of(arguments).stream().anyMatch(word -> word.startsWith(HUB));
    }

    /** A word; one that names a file names it in this test's folder, and what is to be read is there. */
    private String placed(String word) {
        if (!word.matches("[a-z]+\\.(gguf|gbnf|jsonl?|txt|base|yaml)|my-model(\\.gguf)?|my-checkpoint")) {
            return word;
        }
        Path file = folder.resolve(word);
        try {
            if (word.equals(CHECKPOINT)) {
                TinyCheckpoint.SMALLEST.write(file);
            } else if (List.of("model.gguf", "other.gguf").contains(word)) {
                Files.createSymbolicLink(file, defaultModel());
            } else if (word.equals("large.gguf")) {
                Files.copy(TinyModels.in(folder.resolve("tiny")).llama(1), file);
            } else if (word.equals("published.gguf")) {
                CliRun.of(
                                "compress",
                                placed("own.yaml"),
                                placed("large.gguf"),
                                file.toString(),
                                "--workspace",
                                folder.resolve("work").toString())
                        .succeeded();
                Files.delete(folder.resolve("large.gguf"));
            } else if (word.endsWith(".yaml")) {
                placed("other.txt");
                Files.writeString(file, RECIPE);
            } else if (word.endsWith(".gbnf")) {
                Files.writeString(file, GRAMMAR);
            } else if (word.endsWith(".txt")) {
                Files.writeString(file, PROSE + word);
            } else if (word.endsWith(".jsonl")) {
                Files.writeString(file, TASK);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file.toString();
    }

    /** Runs the command on a cache in which every model that it names lies; nothing is fetched. */
    private int inACacheOfItsOwn(String... arguments) throws Exception {
        for (String reference : List.of(arguments).subList(1, arguments.length)) {
            for (String file : cacheFiles(reference)) {
                Path place = folder.resolve("models").resolve(file);
                Files.createDirectories(Objects.requireNonNull(place.getParent()));
                Files.write(place, new byte[1]);
            }
        }
        ProcessBuilder builder = new ProcessBuilder(JarProcess.command(arguments));
        builder.environment().put("SHEARLING_CACHE", folder.toString());
        builder.environment().put("SHEARLING_OFFLINE", "1");
        try (JarProcess run = JarProcess.start(folder, builder)) {
            return run.exitCode();
        }
    }

    /** Where the files of a model lie below the models of a cache. */
    private static List<String> cacheFiles(String reference) {
        if (!reference.startsWith(HUB)) {
            return List.of(reference + "/model.gguf");
        }
        String[] parts = reference.substring(HUB.length()).split(":", 2);
        String file = "hf/" + parts[0] + "/main/" + (parts.length > 1 ? parts[1] : "model.gguf");
        Matcher split = Pattern.compile("(.*-)00001(-of-(\\d{5})\\.gguf)").matcher(file);
        return split.matches()
                ? IntStream.rangeClosed(1, Integer.parseInt(split.group(3)))
                        .mapToObj(part -> split.group(1) + String.format("%05d", part) + split.group(2))
                        .toList()
                : List.of(file);
    }

    private static Path defaultModel() {
        return Path.of(CliRun.of("pull", "smollm2-135m").succeeded().lines().get(0));
    }
}
