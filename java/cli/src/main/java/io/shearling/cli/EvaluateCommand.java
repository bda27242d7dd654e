package io.shearling.cli;

import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.recipes.evaluate.EvaluationText;
import io.shearling.runtime.Model;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shearling evaluate}: how well a model foretells a text, and how far it is from its base. */
@Command(
        name = "evaluate",
        description =
                "Measures a model on a text: perplexity, and against a base KL divergence and the rest, each with its"
                        + " standard error, by llama-perplexity's protocol and to its digits.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling evaluate smollm2-135m --text wiki.txt --chunks 8",
            "  shearling evaluate small.gguf --base full.gguf --text wiki.txt"
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "The model to measure; the same as -m.")
    private @Nullable String named;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--base",
            paramLabel = "BASE",
            completionCandidates = ModelNames.class,
            description = "The model that MODEL was made from; both run over the same chunks.")
    private @Nullable String base;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            required = true,
            description = "The text to measure on, in UTF-8; not one that the model was calibrated on.")
    private Path text = Path.of("");

    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.ChunkTokens.class,
            description =
                    "Tokens of a chunk; the second half of each is scored. Figures of different sizes do not compare."
                            + " Default: ${DEFAULT-VALUE}.")
    private int contextTokens = EvaluationOptions.DEFAULT.contextTokens();

    @Option(
            names = "--chunks",
            paramLabel = "N",
            converter = NumberRange.ChunkCount.class,
            description = "Chunks to measure, from the beginning of the text. Default: all.")
    private int chunks;

    @Option(
            names = "--enough",
            paramLabel = "SHARE",
            converter = NumberRange.Share.class,
            description =
                    "Stop once the standard error of the mean KL divergence, or without a base of the perplexity, is at"
                            + " most this share of it, as 0.03. Default: go on to the last chunk.")
    private float enough;

    @Option(
            names = "--stored",
            description =
                    "Also print what llama-perplexity --kl-divergence prints, which has the base's logits in 16 bits.")
    private boolean stored;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    EvaluateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (named != null && spec.commandLine().getParseResult().hasMatchedOption("--model")) {
            throw new UsageException("MODEL and -m name the model twice; leave one of them out");
        }
        if (stored && base == null) {
            throw new UsageException("--stored is about KL divergence; name the base with --base BASE");
        }
        if (enough >= 1) {
            throw new UsageException("--enough " + enough + ": must be less than 1");
        }
        EvaluationOptions options =
                new EvaluationOptions(contextTokens, chunks, threads.count(streams), enough, stored);
        EvaluationText read = EvaluationText.read(text);
        try (Model candidate = load(named == null ? model.text() : named)) {
            EvaluationReport report;
            if (base == null) {
                report = run(candidate, null, read, options);
            } else {
                try (Model other = load(base)) {
                    report = run(candidate, other, read, options);
                }
            }
            streams.results().print(json ? EvaluationJson.of(report) + "\n" : EvaluationPage.of(report));
        }
        return ExitCode.DONE;
    }

    private Model load(String name) {
        return ModelOption.load(name, device.modelOptions(), model.quiet(), streams);
    }

    private EvaluationReport run(
            Model candidate, @Nullable Model other, EvaluationText read, EvaluationOptions options) {
        try (EvaluationProgress progress = new EvaluationProgress(streams, model.quiet(), other != null)) {
            return other == null
                    ? Evaluation.of(candidate, read, options, progress)
                    : Evaluation.against(other, candidate, read, options, progress);
        }
    }
}
