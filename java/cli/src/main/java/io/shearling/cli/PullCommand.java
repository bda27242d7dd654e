package io.shearling.cli;

import io.shearling.hub.CachedModel;
import io.shearling.hub.ModelCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling pull}: puts a model into the cache. */
@Command(
        name = "pull",
        description =
                "Fetches a model into the cache if it is not there, all files of a split one, and prints the path of its"
                        + " (first) file.",
        footerHeading = "%nExamples:%n",
        footer = {"  shearling pull smollm2-135m", "  shearling pull hf:owner/repo:model-00001-of-00003.gguf"})
final class PullCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            arity = "1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "A name of the catalogue, or hf:owner/repo[:file].")
    private String model = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    PullCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path path = ModelOption.fetch(model, quiet, streams);
        streams.results().println(json ? json(path) : path.toString());
        return ExitCode.DONE;
    }

    private String json(Path path) {
        return JsonText.object(out -> {
            out.writeStringField("model", model);
            out.writeStringField("file", path.toString());
            out.writeNumberField("sizeBytes", sizeBytes(path));
        });
    }

    /** The size of the model: of all its files if it is split. */
    private static long sizeBytes(Path path) {
        return new ModelCache(ModelCache.defaultFolder())
                .list().stream()
                        .filter(cached -> cached.path().equals(path))
                        .mapToLong(CachedModel::sizeBytes)
                        .findFirst()
                        .orElseGet(() -> size(path));
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw new FailedException("the file " + path + " cannot be read (" + e + "); fetch it again");
        }
    }
}
