package io.shearling.it.recipes;

import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What llama-perplexity prints. */
final class LlamaPerplexity {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+");

    private final String output;

    private LlamaPerplexity(String output) {
        this.output = output;
    }

    static LlamaPerplexity run(Path model, Path text, int chunks, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--chunks", Integer.toString(chunks)));
        arguments.addAll(List.of(more));
        return run(model, text, arguments);
    }

    /** The score of a file of choices. */
    static LlamaPerplexity choices(Path model, Path tasks, String kind) {
        return run(model, tasks, List.of(kind));
    }

    private static LlamaPerplexity run(Path model, Path text, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("-m", model.toString(), "-f", text.toString()));
        arguments.addAll(more);
        ProgramRun run = ReferenceTools.find().run("llama-perplexity", LIMIT, arguments.toArray(String[]::new));
        return new LlamaPerplexity(run.stdout() + run.stderr());
    }

    /** The numbers behind the last line that has this name, as they are printed. */
    List<String> numbers(String name) {
        String line = output.lines()
                .filter(candidate -> candidate.contains(name))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError("there is no line with " + name + " in\n" + output));
        Matcher matcher = NUMBER.matcher(line.substring(line.indexOf(name) + name.length()));
        List<String> numbers = new ArrayList<>();
        while (matcher.find()) {
            numbers.add(matcher.group());
        }
        return numbers;
    }
}
