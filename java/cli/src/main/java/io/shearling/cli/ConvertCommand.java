package io.shearling.cli;

import io.shearling.convert.Adapter;
import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.Fallback;
import io.shearling.convert.LoraConversion;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.TypeMix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling convert}: turns a checkpoint into a GGUF file. */
@Command(
        name = "convert",
        description =
                "Turns a model in Hugging Face form, a folder with config.json, safetensors and a tokenizer, into a GGUF"
                        + " file, and prints its path. A run that was cut off goes on where it was.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling convert my-model -o my-model.gguf",
            "  shearling convert my-model -o small.gguf --type q8_0 --quiet",
            "  shearling convert my-model --dry-run"
        })
final class ConvertCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(arity = "1", paramLabel = "DIR", description = "The folder of the checkpoint.")
    private Path folder = Path.of("");

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description =
                    "The folder is a LoRA adapter (PEFT), and this the folder of the model that it was trained for, or its"
                            + " config.json: the file becomes an adapter.")
    private @Nullable Path base;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced when the new one is whole.")
    private @Nullable Path output;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = ConversionChoice.Type.class,
            completionCandidates = ConversionChoice.Type.class,
            description =
                    "What the weights become: ${COMPLETION-CANDIDATES}. Default: bf16 or f16 as most of them are, else f32.")
    private Optional<OutputType> type = Optional.empty();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name of the model in the file. Default: from its card or its folder.")
    private @Nullable String name;

    @Option(
            names = "--pre",
            paramLabel = "NAME",
            description =
                    "llama.cpp's name of the way in which texts are cut before they become tokens, as llama-bpe or qwen2."
                            + " Default: found out.")
    private @Nullable String preTokenizer;

    @Option(
            names = "--compat",
            paramLabel = "WITH",
            converter = ConversionChoice.Compatibility.class,
            completionCandidates = ConversionChoice.Compatibility.class,
            description = "upstream: the very bytes that llama.cpp's own converter writes, its known faults included.")
    private @Nullable String compatibility;

    @Option(
            names = "--dense-modules",
            negatable = true,
            description =
                    "Take, or leave out, the dense layers that sentence-transformers puts behind the pooling. Default: take"
                            + " them, but with --compat upstream leave them out.")
    private @Nullable Boolean denseModules;

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
            description = "Print every key and tensor that the file would have, and write nothing.")
    private boolean dryRun;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    ConvertCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path target = output;
        if (target == null && !dryRun) {
            throw new UsageException("the file to write is missing; name it with -o FILE, or look with --dry-run");
        }
        if (base != null) {
            adapter(base, target);
            return ExitCode.DONE;
        }
        SplitRule split = new SplitRule(splitTensors, splitBytes, false);
        try (Conversion conversion = Conversion.of(folder, options())) {
            if (target == null || dryRun) {
                show(conversion, split, target == null ? Path.of("model.gguf") : target);
            } else {
                write(conversion, split, target);
            }
        }
        return ExitCode.DONE;
    }

    private void adapter(Path trainedFor, @Nullable Path target) {
        if (target == null || dryRun || splitBytes > 0 || splitTensors > 0) {
            throw new UsageException("an adapter is written to one file; give -o, and no --dry-run or --split option");
        }
        try (LoraConversion conversion = LoraConversion.of(folder, trainedFor, options());
                StepProgress progress = StepProgress.of(streams, quiet)) {
            String step = "converting " + folder;
            Path written = conversion.write(target, (done, all) -> progress.progress(step, done, all));
            streams.results().println(json ? adapterJson(conversion, written) : written.toString());
        }
    }

    private static String adapterJson(LoraConversion conversion, Path written) {
        return JsonText.object(out -> {
            out.writeStringField("file", written.toString());
            out.writeStringField("architecture", conversion.architecture());
            out.writeNumberField("tensors", conversion.tensors().size());
        });
    }

    private ConversionOptions options() {
        boolean upstream = compatibility != null;
        boolean dense = denseModules == null ? !upstream : denseModules;
        return new ConversionOptions(
                type, Optional.ofNullable(name), Optional.ofNullable(preTokenizer), upstream, dense, threads);
    }

    private void show(Conversion conversion, SplitRule split, Path target) {
        GgufPlan plan = conversion.plan(target, split);
        streams.results().print(json ? InspectionJson.of(plan) + "\n" : InspectionText.of(plan));
    }

    private void write(Conversion conversion, SplitRule split, Path target) {
        GgufPlan plan = conversion.plan(target, split);
        long began = System.nanoTime();
        Path written;
        try (StepProgress progress = StepProgress.of(streams, quiet)) {
            String step = "converting " + folder;
            written = conversion.write(target, split, (done, all) -> progress.progress(step, done, all));
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        if (!quiet) {
            conversion.notes().forEach(streams::say);
            fallbacks(conversion.fallbacks()).forEach(streams::say);
            conversion
                    .adapters()
                    .forEach(adapter -> streams.say(
                            "the adapter " + adapter.name() + " of this model is " + adapter.beside(target)));
            streams.say(summary(conversion, plan, taken));
        }
        streams.results().println(json ? json(conversion, plan, target, written) : written.toString());
    }

    private static String summary(Conversion conversion, GgufPlan plan, Duration taken) {
        double seconds = Math.max(taken.toMillis(), 1) / 1e3;
        return conversion.architecture() + ", "
                + Sizes.count(TypeMix.of(plan.tensors()).elements())
                + " parameters in " + plan.tensors().size() + " tensors, "
                + conversion.type().fileType().label() + ", " + Sizes.bytes(plan.sizeBytes()) + " in "
                + Sizes.decimal(seconds) + " s (" + Sizes.bytes((long) (plan.sizeBytes() / seconds)) + "/s)";
    }

    /** A line for each pair of types. */
    private static List<String> fallbacks(List<Fallback> fallbacks) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Fallback fallback : fallbacks) {
            String pair = fallback.wanted().ggmlName() + " became "
                    + fallback.type().ggmlName() + " because their rows fit none of its blocks";
            counts.merge(pair, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " tensors that should be " + entry.getKey())
                .toList();
    }

    private static String json(Conversion conversion, GgufPlan plan, Path target, Path written) {
        return JsonText.object(out -> {
            out.writeStringField("file", written.toString());
            out.writeArrayFieldStart("files");
            for (Path path : plan.paths(target)) {
                out.writeString(path.toString());
            }
            out.writeEndArray();
            out.writeStringField("architecture", conversion.architecture());
            out.writeStringField("fileType", conversion.type().fileType().label());
            out.writeNumberField("tensors", plan.tensors().size());
            out.writeNumberField("parameters", TypeMix.of(plan.tensors()).elements());
            out.writeNumberField("sizeBytes", plan.sizeBytes());
            out.writeArrayFieldStart("adapters");
            for (Adapter adapter : conversion.adapters()) {
                out.writeString(adapter.beside(target).toString());
            }
            out.writeEndArray();
            out.writeArrayFieldStart("fallbacks");
            for (Fallback fallback : conversion.fallbacks()) {
                out.writeStartObject();
                out.writeStringField("tensor", fallback.tensor());
                out.writeStringField("wanted", fallback.wanted().ggmlName());
                out.writeStringField("type", fallback.type().ggmlName());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
