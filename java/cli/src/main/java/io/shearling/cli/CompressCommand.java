package io.shearling.cli;

import io.shearling.hub.HubOptions;
import io.shearling.recipes.compress.Compression;
import io.shearling.recipes.compress.CompressionOptions;
import io.shearling.recipes.compress.CompressionReport;
import io.shearling.recipes.compress.Manifest;
import io.shearling.recipes.recipe.Recipe;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling compress}: makes a smaller model by a recipe. */
@Command(
        name = "compress",
        description =
                "Makes a smaller model by a recipe, every step of which is measured beside the original. Beside FILE come a manifest"
                        + " in JSON and a report to look at. A run that was cut off goes on where it was.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling compress fast-laptop large.gguf s.gguf -c notes.txt -e other.txt",
            "  shearling compress own.yaml large.gguf small.gguf"
        })
final class CompressCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private RecipeArgument recipe = new RecipeArgument();

    @Parameters(
            index = "1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file (of a split model the first part), a name of the",
                "catalogue, or hf:owner/repo[:file]."
            })
    private String model = "";

    @Parameters(
            index = "2",
            paramLabel = "FILE",
            description = "The file to publish; one that is there is replaced when the new one is whole.")
    private Path target = Path.of("");

    @Option(
            names = {"-c", "--calibration"},
            paramLabel = "TEXT",
            description = "The text that steps read, in UTF-8, in place of the recipe's.")
    private @Nullable Path calibration;

    @Option(
            names = {"-e", "--evaluation"},
            paramLabel = "TEXT",
            description = "The text that everything is measured on, in place of the recipe's; another one.")
    private @Nullable Path evaluation;

    @Option(
            names = "--workspace",
            paramLabel = "DIR",
            description = "Where what the steps make is kept. Default: the folder workspace of the cache.")
    private @Nullable Path workspace;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberRange.ThreadCount.class,
            description = "Threads that read, compute and write. Default: one a core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print the manifest instead of a page.")
    private boolean json;

    CompressCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Recipe read = recipe.read();
        Path cache = HubOptions.fromEnvironment().cacheFolder();
        Path kept = workspace == null ? cache.resolve("workspace") : workspace;
        CompressionOptions options = CompressionOptions.in(kept, cache.resolve("speed"))
                .withTexts(Optional.ofNullable(calibration), Optional.ofNullable(evaluation))
                .withThreads(threads);
        Path source = ModelOption.fetch(model, quiet, streams);
        CompressionReport report;
        try (CompressionProgress progress = new CompressionProgress(streams, quiet)) {
            report = Compression.run(read, source, target, options, progress);
        }
        streams.results().print(json ? JsonText.of(Manifest.of(report)) + "\n" : CompressionPage.of(report));
        if (report.published().isEmpty()) {
            throw new FailedException("the gate of " + read.name() + " is shut: "
                    + String.join(", and ", report.failures()) + "; nothing is published, and the steps are kept in "
                    + kept);
        }
        return ExitCode.DONE;
    }
}
