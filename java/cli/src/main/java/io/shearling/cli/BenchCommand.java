package io.shearling.cli;

import io.shearling.bench.BenchException;
import io.shearling.bench.BenchJson;
import io.shearling.bench.BenchListener;
import io.shearling.bench.BenchOptions;
import io.shearling.bench.BenchReport;
import io.shearling.bench.BenchTable;
import io.shearling.bench.Benchmark;
import io.shearling.bench.Comparison;
import io.shearling.bench.ReferenceTools;
import io.shearling.bench.StopRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shearling bench}: how fast the Java API is beside llama.cpp's own tools. */
@Command(
        name = "bench",
        description =
                "Measures generation, prompt, load and memory of the Java API, each in turn with llama.cpp's own tool.",
        footerHeading =
                "%nThe first time llama.cpp's tools are compiled, which takes ten minutes or more.%n%nExample, a quick look:%n",
        footer = "  shearling bench --rounds 2 --pp 64 --tg 8 --depth 16 --json result.json")
final class BenchCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--reference",
            paramLabel = "DIR",
            description = "The folder of llama-bench and llama-load. Default: -Dshearling.reference.bin,"
                    + " SHEARLING_REFERENCE, or what native/target/reference/bin.txt names.")
    private @Nullable Path reference;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = NumberRange.Rounds.class,
            description =
                    "Most rounds of a measure; it ends sooner when the interval is within 2 %%. Default: ${DEFAULT-VALUE}.")
    private int rounds = StopRule.DEFAULT.maxRounds();

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(
            names = "--pp",
            paramLabel = "N",
            converter = NumberRange.TestTokens.class,
            description = "Tokens of the prompt test; 0 leaves it out. Default: ${DEFAULT-VALUE}.")
    private int promptTokens = 512;

    @Option(
            names = "--tg",
            paramLabel = "N",
            converter = NumberRange.TestTokens.class,
            description = "Tokens of the generation test; 0 leaves it out. Default: ${DEFAULT-VALUE}.")
    private int generatedTokens = 128;

    @Option(
            names = "--depth",
            paramLabel = "N",
            converter = NumberRange.DepthTokens.class,
            description = "Tokens in memory before the generation test. Default: ${DEFAULT-VALUE}.")
    private int depthTokens = 326;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            converter = NumberRange.Neighbours.class,
            description = "Measure generation once more beside N busy threads, each side against itself. Default: not.")
    private int neighbours;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result, every round included, to this file.")
    private @Nullable Path json;

    BenchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (json != null) {
            requirePlace(json);
        }
        Optional<ReferenceTools> tools = tools();
        BenchOptions options = BenchOptions.builder()
                .reference(tools)
                .threads(threads.count(streams))
                .promptTokens(promptTokens)
                .generatedTokens(generatedTokens)
                .depthTokens(depthTokens)
                .neighbours(neighbours)
                .rule(StopRule.DEFAULT.withMaxRounds(rounds))
                .build();
        if (tools.isEmpty()) {
            streams.say(
                    "there are no reference tools, so the Java side is measured alone; to compare, name their folder"
                            + " with --reference");
        }
        BenchReport report = new Benchmark(model.fetch(streams), options, listener()).run();
        streams.results().print(BenchTable.of(report));
        if (json != null) {
            write(json, BenchJson.of(report));
        }
        return ExitCode.DONE;
    }

    private Optional<ReferenceTools> tools() {
        try {
            return ReferenceTools.find(reference);
        } catch (BenchException e) {
            throw reference == null ? e : new UsageException("--reference " + reference + ": " + e.getMessage());
        }
    }

    /** Said before the minutes of measuring, not after. */
    private static void requirePlace(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder) || Files.isDirectory(file)) {
            throw new UsageException(
                    "--json " + file + ": no file can be written there; name one in a folder of yours");
        }
    }

    private BenchListener listener() {
        if (model.quiet()) {
            return BenchListener.NONE;
        }
        return new BenchListener() {
            @Override
            public void step(String what) {
                streams.say(what);
            }

            @Override
            public void round(Comparison soFar) {
                streams.say(words(soFar));
            }
        };
    }

    private static String words(Comparison soFar) {
        String figure = String.format(
                Locale.ROOT,
                "%s, round %d: %.2f %s",
                soFar.measure().name(),
                soFar.rounds().size(),
                soFar.javaValue(),
                soFar.measure().unit());
        return soFar.ratio()
                .map(ratio -> String.format(
                        Locale.ROOT,
                        "%s, ratio %.3f (%.3f to %.3f)",
                        figure,
                        ratio.middle(),
                        ratio.low(),
                        ratio.high()))
                .orElse(figure);
    }

    private static void write(Path file, String text) {
        try {
            WholeFile.write(file, text);
        } catch (IOException e) {
            throw new FailedException("the result cannot be written to " + file + " (" + e + "); name another file");
        }
    }
}
