package io.shearling.cli;

import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.budget.BudgetOptions;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.GptqSettings;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling quantize}: gives the weights of a model other types. */
@Command(
        name = "quantize",
        description =
                "Makes a model smaller: its weights get the types of a mix, as q4_k_m, and the new file's path is printed. The"
                        + " bytes are those of llama-quantize. A run that was cut off goes on where it was.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling quantize large.gguf small.gguf q4_k_m",
            "  shearling quantize large.gguf small.gguf q5_k_m --dry-run",
            "  shearling quantize large.gguf small.gguf --bpw 6 --text notes.txt",
            "  shearling quantize smollm2-135m small.gguf q4_0 --allow-requantize",
            "  shearling quantize large.gguf g.gguf q4_0 --rounding gptq --text notes.txt"
        })
final class QuantizeCommand implements Callable<Integer> {
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

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "TYPE",
            converter = QuantizeChoice.Preset.class,
            completionCandidates = QuantizeChoice.Preset.class,
            description =
                    "The mix: ${COMPLETION-CANDIDATES}. With copy each tensor keeps its type but those that are named.")
    private QuantizeChoice.@Nullable Mix mix;

    @Mixin
    private BudgetChoice budget = new BudgetChoice();

    @Option(
            names = "--imatrix",
            paramLabel = "FILE",
            description =
                    "How much each column of the weights matters, as shearling stats or llama-imatrix collects it: smaller errors"
                            + " where they count.")
    private @Nullable Path imatrix;

    @Mixin
    private RoundingChoice rounding = new RoundingChoice();

    @Mixin
    private CalibrationChoice calibration = new CalibrationChoice();

    @Option(
            names = "--include-weights",
            paramLabel = "NAME",
            description = "Use the importance of the tensors with this in their names alone.")
    private List<String> included = new ArrayList<>();

    @Option(
            names = "--exclude-weights",
            paramLabel = "NAME",
            description = "Do not use the importance of the tensors with this in their names.")
    private List<String> excluded = new ArrayList<>();

    @Option(
            names = "--tensor-type",
            paramLabel = "PATTERN=TYPE",
            converter = QuantizeChoice.Request.class,
            description =
                    "A type for the tensors whose name has the regular expression in it; the first that fits decides.")
    private List<TypeRequest> requests = new ArrayList<>();

    @Option(
            names = "--tensor-type-file",
            paramLabel = "FILE",
            description = "More of those, one a word, after the ones of the command line.")
    private @Nullable Path requestFile;

    @Option(
            names = "--output-tensor-type",
            paramLabel = "TYPE",
            converter = QuantizeChoice.Type.class,
            completionCandidates = QuantizeChoice.Type.class,
            description = "The type of output.weight, or of the embedding where that is the output too.")
    private @Nullable TensorType output;

    @Option(
            names = "--token-embedding-type",
            paramLabel = "TYPE",
            converter = QuantizeChoice.Type.class,
            completionCandidates = QuantizeChoice.Type.class,
            description = "The type of the token embeddings.")
    private @Nullable TensorType embedding;

    @Option(names = "--pure", description = "No exceptions: every tensor gets the type of the mix.")
    private boolean pure;

    @Option(names = "--leave-output-tensor", description = "Leave output.weight as it is.")
    private boolean keepOutput;

    @Option(
            names = "--allow-requantize",
            description = "Quantize weights that are quantized already, which loses more than from their originals.")
    private boolean requantize;

    @Option(
            names = "--strict",
            description =
                    "Refuse a type that the rows of a tensor do not fit, instead of taking one of smaller blocks.")
    private boolean strict;

    @Option(
            names = "--split-max-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "Most bytes of tensors in a file, as 500M or 2G (of powers of 1000): the model gets several files.")
    private long splitBytes;

    @Option(
            names = "--split-max-tensors",
            paramLabel = "N",
            converter = NumberRange.TensorCount.class,
            description = "Most tensors in a file.")
    private int splitTensors;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberRange.ThreadCount.class,
            description = "Threads that read, compute and write. Default: one a core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--dry-run",
            description =
                    "Print every key and tensor that the file would have, and its size, and write nothing. With a budget: search,"
                            + " print what it finds, and write no model; what --sensitivity names and times of products are"
                            + " kept all the same.")
    private boolean dryRun;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    QuantizeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        budget.check(mix != null, pure, calibration.file().isPresent());
        QuantizationOptions given = options();
        Path path = ModelOption.fetch(model, quiet, streams);
        SplitRule split = new SplitRule(splitTensors, splitBytes, false);
        BudgetStep step = new BudgetStep(budget, calibration, target, quiet, streams);
        Optional<BudgetReport> found = budget.budget().map(goal -> step.search(path, goal, searched(given)));
        try (Quantization quantization =
                Quantization.of(path, found.map(BudgetReport::options).orElse(given))) {
            GgufPlan plan = quantization.plan(target, split);
            if (found.isPresent()) {
                Optional<Path> written = dryRun ? Optional.empty() : Optional.of(write(quantization, plan, split));
                try {
                    written.ifPresent(file -> step.save(found.get()));
                } finally {
                    step.tell(found.get(), written, json); // it took minutes to find out
                }
                BudgetStep.requireSpeed(found.get());
            } else if (dryRun) {
                streams.results().print(json ? InspectionJson.of(plan) + "\n" : InspectionText.of(plan));
                tell(quantization);
            } else {
                Path written = write(quantization, plan, split);
                streams.results()
                        .println(json ? QuantizeReport.json(quantization, plan, target, written) : written.toString());
            }
        }
        return ExitCode.DONE;
    }

    private BudgetOptions.Builder searched(QuantizationOptions given) {
        BudgetOptions.Builder options = BudgetOptions.builder()
                .settings(given.settings())
                .requantize(requantize)
                .strict(strict)
                .threads(threads);
        given.importance().ifPresent(options::importance);
        given.gptq().ifPresent(options::rounding);
        return options;
    }

    private QuantizationOptions options() {
        List<TypeRequest> all = new ArrayList<>(requests);
        if (requestFile != null) {
            all.addAll(TypeRequestFile.read(requestFile));
        }
        TypeSettings settings = new TypeSettings(
                false, all, Optional.ofNullable(output), Optional.ofNullable(embedding), pure, keepOutput);
        Optional<GptqSettings> gptq = rounding.gptq(calibration);
        if (gptq.isEmpty() && budget.budget().isEmpty() && calibration.given().isPresent()) {
            throw new UsageException(
                    calibration.given().get() + " is about a budget or --rounding gptq; ask for one, or leave it out");
        }
        Optional<QuantizationPreset> preset = mix == null ? Optional.empty() : mix.preset();
        return new QuantizationOptions(preset, settings, importance(), gptq, requantize, strict, threads);
    }

    private Optional<ColumnImportance> importance() {
        if (imatrix == null) {
            if (!included.isEmpty() || !excluded.isEmpty()) {
                throw new UsageException("--include-weights and --exclude-weights choose from an --imatrix; give one");
            }
            return Optional.empty();
        }
        return Optional.of(ColumnImportance.of(imatrix)
                .only(name -> included.isEmpty() || included.stream().anyMatch(name::contains))
                .only(name -> excluded.stream().noneMatch(name::contains)));
    }

    private Path write(Quantization quantization, GgufPlan plan, SplitRule split) {
        long began = System.nanoTime();
        Path written;
        try (QuantizeProgress progress = new QuantizeProgress(model, target, streams, quiet)) {
            written = quantization.write(target, split, progress);
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        tell(quantization);
        if (!quiet) {
            streams.say(QuantizeReport.summary(quantization, plan, taken));
        }
        return written;
    }

    private void tell(Quantization quantization) {
        if (!quiet) {
            QuantizeReport.fallbacks(quantization).forEach(streams::say);
        }
    }
}
