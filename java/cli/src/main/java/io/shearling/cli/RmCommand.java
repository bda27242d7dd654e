package io.shearling.cli;

import io.shearling.hub.CachedModel;
import io.shearling.hub.ModelCache;
import io.shearling.hub.ModelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shearling rm}: removes models from the cache. */
@Command(
        name = "rm",
        description = "Removes models from the cache, with what an unfinished fetch left, and says what was freed.",
        footerHeading = "%nExamples:%n",
        footer = {"  shearling rm gemma3-270m", "  shearling rm hf:owner/repo:model.gguf hf:owner/other"})
final class RmCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "As shearling list shows it; hf:owner/repo stands for all files of that repository.")
    private List<String> models = new ArrayList<>();

    RmCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        ModelCache cache = new ModelCache(ModelCache.defaultFolder());
        // All are read first: a wrong name shall not be found when half of the work is done.
        List<CachedModel> cached = cache.list();
        List<ModelReference> references =
                models.stream().map(name -> reference(name, cached)).toList();
        int code = ExitCode.DONE;
        for (ModelReference reference : references) {
            code = Math.max(code, remove(cache, reference));
        }
        return code;
    }

    /** What the list shows under this name, which need not be in the catalogue any more; else what the name says. */
    private static ModelReference reference(String name, List<CachedModel> cached) {
        return cached.stream()
                .map(CachedModel::reference)
                .filter(reference -> reference.text().equals(name))
                .findFirst()
                .orElseGet(() -> ModelReference.parse(name));
    }

    private int remove(ModelCache cache, ModelReference reference) {
        OptionalLong freed;
        try (StepProgress progress = StepProgress.of(streams, false)) {
            freed = cache.remove(reference, progress);
        }
        if (freed.isEmpty()) {
            streams.say("the model " + reference.text() + " is not in the cache at " + cache.folder()
                    + "; shearling list shows what is");
            return ExitCode.FAILED;
        }
        streams.results().println("removed " + reference.text() + ", " + Sizes.bytes(freed.getAsLong()) + " freed");
        return ExitCode.DONE;
    }
}
