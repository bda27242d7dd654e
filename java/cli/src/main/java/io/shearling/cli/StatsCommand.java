package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.BlockInfluence;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shearling stats}: what a text does to a model's weights. */
@Command(
        name = "stats",
        description =
                "Reads a text through a model and writes the importance of each weight's columns, an importance matrix"
                        + " as llama-imatrix makes it, and prints its path.",
        footerHeading = "%nExample:%n",
        footer = "  shearling stats smollm2-135m --text notes.txt -o notes.gguf")
final class StatsCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "The model to read with; the same as -m.")
    private @Nullable String named;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--text",
            required = true,
            paramLabel = "FILE",
            description = "The text, in UTF-8: two chunks or more.")
    private Path text = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The file to write.")
    private Path output = Path.of("");

    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.StatisticsTokens.class,
            description = "Tokens of a chunk. Default: ${DEFAULT-VALUE}.")
    private int chunkTokens = StatisticsOptions.DEFAULT.chunkTokens();

    @Option(
            names = "--chunks",
            paramLabel = "N",
            converter = NumberRange.StatisticsChunks.class,
            description = "Chunks to read. Default: 0, all of them.")
    private int chunks;

    @Option(
            names = "--process-output",
            description = "Also for the matrix that makes logits, where the model has one of its own.")
    private boolean processOutput;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    StatsCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (named != null && spec.commandLine().getParseResult().hasMatchedOption("--model")) {
            throw new UsageException("MODEL and -m name the model twice; leave one of them out");
        }
        StatisticsOptions options = new StatisticsOptions(chunkTokens, chunks, processOutput, threads.count(streams));
        Text read = Text.read(text);
        requireOther(text);
        ModelOptions cpu = ModelOptions.builder().cpuOnly().build();
        try (Model loaded = ModelOption.load(named == null ? model.text() : named, cpu, model.quiet(), streams)) {
            requireOther(loaded.path());
            Statistics statistics;
            try (StepProgress progress = StepProgress.counting(streams, model.quiet(), "chunks")) {
                String step = "reading " + text.getFileName();
                statistics =
                        Statistics.collect(loaded, read, options, (done, all) -> progress.progress(step, done, all));
            }
            statistics.importance().write(output);
            if (!model.quiet()) {
                streams.say(statistics.importance().tensors().size() + " weights over "
                        + statistics.importance().chunkCount() + " chunks of " + chunkTokens + " tokens");
            }
            streams.results().println(json ? json(statistics) : output.toString());
        }
        return ExitCode.DONE;
    }

    private void requireOther(Path input) {
        try {
            if (Files.exists(output) && Files.isSameFile(output, input)) {
                throw new UsageException("-o " + output + " is what is read; name another file");
            }
        } catch (IOException e) {
            throw new UsageException(
                    "-o " + output + " cannot be looked at (" + e.getMessage() + "); name another file");
        }
    }

    private String json(Statistics statistics) {
        return JsonText.object(out -> {
            out.writeStringField("file", output.toString());
            out.writeStringField("text", text.toString());
            out.writeNumberField("chunks", statistics.importance().chunkCount());
            out.writeNumberField("chunkTokens", chunkTokens);
            out.writeNumberField("weights", statistics.importance().tensors().size());
            out.writeArrayFieldStart("blockInfluence");
            for (BlockInfluence block : statistics.blocks()) {
                out.writeStartObject();
                number(out, "block", block.block());
                number(out, "attention", block.attention());
                number(out, "feedForward", block.feedForward());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    /** JSON has no NaN. */
    private static void number(JsonGenerator out, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumberField(name, value);
        } else {
            out.writeNullField(name);
        }
    }
}
