package io.shearling.cli;

import io.shearling.formats.diff.DiffText;
import io.shearling.formats.diff.GgufDiff;
import io.shearling.formats.gguf.GgufFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling diff}: says what differs between two model files. */
@Command(
        name = "diff",
        description =
                "Says what differs between two GGUF files: keys, tensors, and of tensors with other data the first block,"
                        + " decoded, and how far they are apart. The exit code is 1 where anything differs.",
        footerHeading = "%nExample:%n",
        footer = "  shearling diff model.gguf other.gguf")
final class DiffCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file (of a split model the first part), a name of the",
                "catalogue, or hf:owner/repo[:file]."
            })
    private String one = "";

    @Parameters(
            index = "1",
            paramLabel = "OTHER",
            completionCandidates = ModelNames.class,
            description = "The one to compare it with.")
    private String other = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DiffCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (GgufFile first = GgufFile.open(ModelOption.fetch(one, false, streams));
                GgufFile second = GgufFile.open(ModelOption.fetch(other, false, streams))) {
            GgufDiff diff = GgufDiff.of(first, second);
            if (json) {
                streams.results().println(json(diff));
            } else if (diff.empty()) {
                streams.results().println("no difference");
            } else {
                DiffText.lines(diff).forEach(line -> streams.results().println(Pieces.harmless(line)));
            }
            return diff.empty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private static String json(GgufDiff diff) {
        return JsonText.object(out -> {
            out.writeBooleanField("same", diff.empty());
            out.writeNumberField("keys", diff.keys().size());
            out.writeNumberField("tensors", diff.tensors().size());
            out.writeArrayFieldStart("differences");
            List<String> lines = diff.empty() ? List.of() : DiffText.lines(diff);
            for (String line : lines) {
                out.writeString(line);
            }
            out.writeEndArray();
        });
    }
}
