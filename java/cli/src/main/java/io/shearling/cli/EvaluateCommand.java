package io.shearling.cli;

import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Base;
import io.shearling.recipes.evaluate.BaseOutputs;
import io.shearling.recipes.evaluate.ChoiceEvaluation;
import io.shearling.recipes.evaluate.ChoiceReport;
import io.shearling.recipes.evaluate.ChoiceTasks;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.evaluate.EvaluationReport;
import io.shearling.runtime.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            "  shearling evaluate smollm2-135m --text wiki.txt --chunks 2",
            "  shearling evaluate model.gguf --base smollm2-135m --text wiki.txt",
            "  shearling evaluate other.gguf --base model.gguf --text a.txt --cache m.base",
            "  shearling evaluate smollm2-135m --tasks arc.jsonl"
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
            description =
                    "The text to measure on, in UTF-8; not one that the model was calibrated on. A base that is a file has"
                            + " its text.")
    private @Nullable Path text;

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

    @Option(
            names = "--allow-calibration-text",
            description = "Measure also on a text that MODEL says it was made with; it looks too good there.")
    private boolean allowCalibrationText;

    @Option(
            names = "--cache",
            paramLabel = "FILE",
            description =
                    "Where the base is kept for other candidates, in a twentieth of what --save-logits takes: read when it is"
                            + " there, else written. The error that it brings is told.")
    private @Nullable Path cache;

    @Option(
            names = "--base-logits",
            paramLabel = "FILE",
            description = "The base as llama-perplexity --kl-divergence-base or --save-logits wrote it, in 16 bits.")
    private @Nullable Path baseLogits;

    @Option(
            names = "--save-logits",
            paramLabel = "FILE",
            description =
                    "Write the base, or without one MODEL itself, to a file for llama-perplexity --kl-divergence.")
    private @Nullable Path saveLogits;

    @Option(
            names = "--tasks",
            paramLabel = "FILE",
            description =
                    "Instead of a text: questions with several answers, of which MODEL should find the right one likeliest.")
    private @Nullable Path tasks;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            converter = TaskForms.class,
            completionCandidates = TaskForms.class,
            description =
                    "How the tasks are written: ${COMPLETION-CANDIDATES}. Default: jsonl for .jsonl, winogrande for .csv, else"
                            + " hellaswag.")
    private ChoiceTasks.@Nullable Form form;

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
        requireOneModel();
        if (tasks != null) {
            choose(tasks);
            return ExitCode.DONE;
        }
        boolean cached = cache != null && Files.exists(cache);
        check(cached);
        EvaluationOptions options = new EvaluationOptions(
                contextTokens, chunks, threads.count(streams), enough, stored, allowCalibrationText);
        Optional<Text> read = Optional.ofNullable(text).map(Text::read);
        BaseOutputs outputs = new BaseOutputs(
                Optional.ofNullable(saveLogits), cached ? Optional.empty() : Optional.ofNullable(cache));
        try (Model candidate = load(named == null ? model.text() : named)) {
            streams.results()
                    .print(
                            cached || base == null
                                    ? run(candidate, file(cached), read, options, outputs)
                                    : beside(candidate, base, read, options, outputs));
        }
        return ExitCode.DONE;
    }

    private void requireOneModel() {
        if (named != null && spec.commandLine().getParseResult().hasMatchedOption("--model")) {
            throw new UsageException("MODEL and -m name the model twice; leave one of them out");
        }
    }

    private void choose(Path file) {
        for (String option : List.of(
                "--text",
                "--base",
                "--base-logits",
                "--cache",
                "--save-logits",
                "--ctx",
                "--chunks",
                "--enough",
                "--stored")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new UsageException(option + " is about a text; leave it out with --tasks");
            }
        }
        ChoiceTasks read = ChoiceTasks.read(file, form == null ? TaskForms.of(file) : form);
        try (Model candidate = load(named == null ? model.text() : named);
                EvaluationProgress progress = new EvaluationProgress(streams, model.quiet(), "tasks", "accuracy")) {
            ChoiceReport report = ChoiceEvaluation.of(candidate, read, threads.count(streams), progress);
            streams.results().print(json ? ChoiceJson.of(report) + "\n" : ChoicePage.of(report));
        }
    }

    private void check(boolean cached) {
        if (form != null) {
            throw new UsageException("--form is about tasks; name their file with --tasks, or leave it out");
        }
        if (baseLogits != null && (base != null || cache != null || saveLogits != null)) {
            throw new UsageException(
                    "--base-logits is a base already; leave out --base, --cache and --save-logits, or it");
        }
        if (text == null && baseLogits == null && !cached) {
            throw new UsageException(
                    "the text is missing; name a file with --text FILE, or of questions with --tasks FILE");
        }
        if (stored && (base == null || cached)) {
            throw new UsageException(
                    "--stored is about a base that runs; name it with --base, without a cache that is there");
        }
        if (saveLogits != null && cached) {
            throw new UsageException(
                    "--save-logits has nothing to save where the base comes from a cache; leave one out");
        }
        if (enough > 0 && (saveLogits != null || (cache != null && !cached))) {
            throw new UsageException(
                    "--enough may stop before the base is whole; leave it out when --cache or --save-logits"
                            + " writes a file");
        }
        if (enough >= 1) {
            throw new UsageException("--enough " + enough + ": must be less than 1");
        }
    }

    /** The base, where no model runs for it. */
    private Base file(boolean cached) {
        if (cached && cache != null) {
            return new Base.Cache(
                    cache, Optional.ofNullable(base).map(name -> ModelOption.fetch(name, model.quiet(), streams)));
        }
        return baseLogits == null ? new Base.None() : new Base.Logits(baseLogits);
    }

    private String beside(
            Model candidate, String name, Optional<Text> read, EvaluationOptions options, BaseOutputs outputs) {
        try (Model other = load(name)) {
            return run(candidate, new Base.Loaded(other), read, options, outputs);
        }
    }

    private Model load(String name) {
        return ModelOption.load(name, device.modelOptions(), model.quiet(), streams);
    }

    /** What is printed of an evaluation. */
    private String run(
            Model candidate, Base from, Optional<Text> read, EvaluationOptions options, BaseOutputs outputs) {
        String figure = from instanceof Base.None ? "perplexity" : "KL divergence";
        try (EvaluationProgress progress = new EvaluationProgress(streams, model.quiet(), "chunks", figure)) {
            EvaluationReport report = Evaluation.run(candidate, from, read, options, outputs, progress);
            return json
                    ? EvaluationJson.of(report, progress.chunkDivergences(report)) + "\n"
                    : EvaluationPage.of(report);
        }
    }
}
