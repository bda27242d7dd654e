package io.shearling.cli;

import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.convert.export.ExportReport;
import io.shearling.convert.export.ExportedTensor;
import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling export}: turns a GGUF file into a checkpoint. */
@Command(
        name = "export",
        description =
                "Turns a GGUF file into a folder in Hugging Face form, which transformers loads, and prints its path. Float"
                        + " weights stay what they are bit for bit, quantized ones keep the values that they have.",
        footerHeading = "%nExample:%n",
        footer = "  shearling export smollm2-135m -o my-checkpoint")
final class ExportCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            arity = "1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file (of a split model the first part), a name of the",
                "catalogue, or hf:owner/repo[:file]."
            })
    private String model = "";

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "The folder to write; there is none yet, or an empty one.")
    private Path output = Path.of("");

    @Option(
            names = "--dequantize",
            paramLabel = "TYPE",
            converter = ConversionChoice.Dequantized.class,
            completionCandidates = ConversionChoice.Dequantized.class,
            description = "What quantized weights become: ${COMPLETION-CANDIDATES}. Default: bf16.")
    private SafetensorsType quantized = ExportOptions.DEFAULT.quantized();

    @Option(
            names = "--max-shard-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Most bytes of a file, as 500M or 2G (of powers of 1000). Default: 5G.")
    private long shardBytes = ExportOptions.DEFAULT.shardBytes();

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    ExportCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path path = ModelOption.fetch(model, quiet, streams);
        try (Export export = Export.of(path, new ExportOptions(quantized, shardBytes))) {
            ExportReport report;
            try (StepProgress progress = StepProgress.of(streams, quiet)) {
                String step = "exporting " + path.getFileName();
                report = export.write(output, (done, all) -> progress.progress(step, done, all));
            }
            if (!quiet) {
                report.notes().forEach(streams::say);
                streams.say(summary(export));
            }
            streams.results()
                    .println(json ? json(export, report) : report.folder().toString());
        }
        return ExitCode.DONE;
    }

    private String summary(Export export) {
        long dequantized = dequantized(export);
        return export.modelClass() + ", " + export.tensors().size() + " tensors"
                + (dequantized == 0
                        ? ""
                        : ", " + dequantized + " of them dequantized to "
                                + quantized.name().toLowerCase(Locale.ROOT))
                + ", " + Sizes.bytes(sizeBytes(export));
    }

    private static long dequantized(Export export) {
        return export.tensors().stream().filter(ExportedTensor::dequantized).count();
    }

    private static long sizeBytes(Export export) {
        return export.tensors().stream().mapToLong(ExportedTensor::sizeBytes).sum();
    }

    private static String json(Export export, ExportReport report) {
        return JsonText.object(out -> {
            out.writeStringField("folder", report.folder().toString());
            out.writeStringField("class", export.modelClass());
            out.writeNumberField("tensors", export.tensors().size());
            out.writeNumberField("dequantized", dequantized(export));
            out.writeNumberField("sizeBytes", sizeBytes(export));
            out.writeArrayFieldStart("files");
            for (String file : report.files()) {
                out.writeString(file);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("notes");
            for (String note : report.notes()) {
                out.writeString(note);
            }
            out.writeEndArray();
        });
    }
}
