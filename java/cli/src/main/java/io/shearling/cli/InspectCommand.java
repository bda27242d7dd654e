package io.shearling.cli;

import io.shearling.formats.gguf.GgufFile;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling inspect}: shows what is in a model file, without loading it. */
@Command(
        name = "inspect",
        description =
                "Shows a GGUF file: its shape, the mix of types, memory at a context length, metadata and tensors.",
        footerHeading = "%nExamples:%n",
        footer = {"  shearling inspect smollm2-135m", "  shearling inspect --json --ctx 8192 model.gguf"})
final class InspectCommand implements Callable<Integer> {
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
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.ContextTokens.class,
            description = "Tokens for the estimate of memory. Default: what the model was trained for, at most 4,096.")
    private int contextTokens;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    InspectCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path path = ModelOption.fetch(model, false, streams);
        try (GgufFile gguf = GgufFile.open(path)) {
            Inspection inspection =
                    Inspection.of(gguf, contextTokens == 0 ? OptionalInt.empty() : OptionalInt.of(contextTokens));
            streams.results().print(json ? InspectionJson.of(inspection) + "\n" : InspectionText.of(inspection));
        }
        return ExitCode.DONE;
    }
}
