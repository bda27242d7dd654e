package io.shearling.cli;

import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.TypeMix;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.WidthOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling prune}: takes layers, or parts of them, out of a model. */
@Command(
        name = "prune",
        description =
                "Makes a model smaller and faster: some of its layers, or parts of them, go, or all become narrower, and the new file's path is printed. What stays is copied"
                        + " as it is. Measure what was lost with shearling evaluate.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling prune large.gguf small.gguf --count 1",
            "  shearling prune large.gguf small.gguf --layers 0",
            "  shearling prune large.gguf small.gguf --count 1 --rule even --dry-run",
            "  shearling prune large.gguf small.gguf --blocks 1.attn",
            "  shearling prune large.gguf s.gguf --count 1 --repair linear --text notes.txt",
            "  shearling prune large.gguf s.gguf --count 1 --rule angular --text a.txt",
            "  shearling prune large.gguf s.gguf --ffn 0.5 --text notes.txt"
        })
final class PruneCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file (of a split model the first part), a name of the",
                "catalogue, or hf:owner/repo[:file]."
            })
    private String model = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced when the new one is whole.")
    private Path target = Path.of("");

    @Mixin
    private RemovalOption removed = new RemovalOption();

    @Mixin
    private WidthOption width = new WidthOption();

    @Mixin
    private RepairOption repair = new RepairOption();

    @Mixin
    private TextChoice text = new TextChoice();

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberRange.ThreadCount.class,
            description = "Threads that read and write. Default: one a core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--dry-run",
            description = "Print every key and tensor that the file would have, and its size, and write nothing.")
    private boolean dryRun;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    PruneCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Removal removal = removal();
        Path source = ModelOption.fetch(model, quiet, streams);
        Removal.Plan plan = plan(removal, source);
        try (Pruning pruning = plan.pruning()) {
            GgufPlan file = pruning.plan(target, SplitRule.NONE);
            if (!quiet) {
                plan.measured().ifPresent(measured -> streams.say(RemovedText.of(measured)));
            }
            if (dryRun) {
                streams.results().print(json ? InspectionJson.of(file) + "\n" : InspectionText.of(file));
                tell(pruning, file);
                return ExitCode.DONE;
            }
            Path written = write(pruning);
            tell(pruning, file);
            streams.results().println(json ? json(plan, file, written) : written.toString());
        }
        return ExitCode.DONE;
    }

    private Removal removal() {
        Optional<WidthOptions> narrower = width.options(text);
        if (narrower.isEmpty()) {
            return removed.removal(repair.method(), text, threads);
        }
        removed.requireUnused("--ffn, --heads and --hidden make a model narrower");
        repair.requireUnused("--ffn, --heads and --hidden make a model narrower");
        return new Removal.Width(narrower.get(), threads);
    }

    private Removal.Plan plan(Removal removal, Path source) {
        try (StepProgress progress = StepProgress.counting(streams, quiet, removal.unit())) {
            return removal.plan(source, target, progress);
        }
    }

    private Path write(Pruning pruning) {
        try (PruneProgress progress = new PruneProgress(target, streams, quiet)) {
            return pruning.write(target, SplitRule.NONE, threads, progress);
        }
    }

    private void tell(Pruning pruning, GgufPlan plan) {
        if (!quiet) {
            streams.say("without " + RemovedText.of(pruning) + " of "
                    + pruning.blockCount() + " layers: tensors of " + Sizes.bytes(pruning.sourceBytes()) + " became "
                    + Sizes.bytes(TypeMix.of(plan.tensors()).sizeBytes()));
        }
    }

    private static String json(Removal.Plan made, GgufPlan plan, Path written) {
        Pruning pruning = made.pruning();
        return JsonText.object(out -> {
            out.writeStringField("file", written.toString());
            out.writeNumberField("sizeBytes", plan.sizeBytes());
            out.writeNumberField("parameters", TypeMix.of(plan.tensors()).elements());
            out.writeNumberField("blockCount", pruning.layers());
            RemovedText.write(pruning, out);
            if (made.measured().isPresent()) {
                RemovedText.write(made.measured().get(), out);
            }
        });
    }
}
