package io.shearling.cli;

import io.shearling.hub.Catalogue;
import io.shearling.hub.HubOptions;
import io.shearling.hub.ModelCache;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ModelReference;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code -m MODEL}, and the way from there to a loaded model. */
final class ModelOption {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file, a name of the catalogue, or",
                "hf:owner/repo[:file]. Default: ${DEFAULT-VALUE}."
            })
    private String model = Catalogue.DEFAULT_MODEL;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no statistics on stderr.")
    private boolean quiet;

    /** As the user wrote it. */
    String text() {
        return model;
    }

    boolean quiet() {
        return quiet;
    }

    /** The file, fetched if it is not here. */
    Path fetch(Streams streams) {
        return fetch(model, quiet, streams);
    }

    static Path fetch(String model, boolean quiet, Streams streams) {
        ModelReference reference = ModelReference.parse(model);
        try (StepProgress progress = StepProgress.of(streams, quiet)) {
            return new ModelHub(options(reference)).resolve(reference, progress);
        }
    }

    /** The settings for finding a model. A file needs none, so none that is wrong stands in its way. */
    static HubOptions options(ModelReference reference) {
        return reference instanceof ModelReference.LocalFile
                ? HubOptions.builder(ModelCache.defaultFolder()).build()
                : HubOptions.fromEnvironment();
    }

    /** The model, fetched if it is not here, and loaded. The caller closes it. */
    Model load(ModelOptions options, Streams streams) {
        return load(model, options, quiet, streams);
    }

    static Model load(String model, ModelOptions options, boolean quiet, Streams streams) {
        Path path = fetch(model, quiet, streams);
        String step = "loading " + path.getFileName();
        long bytes = size(path);
        try (StepProgress progress = StepProgress.of(streams, quiet)) {
            // The load tells a share; a bar of bytes also shows the speed.
            progress.progress(step, 0, bytes);
            return Model.load(path, options, share -> progress.progress(step, (long) (share * bytes), bytes));
        }
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            // The load itself says what is wrong with the file.
            return 0;
        }
    }
}
