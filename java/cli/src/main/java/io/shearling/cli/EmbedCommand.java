package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling embed}: turns texts into vectors. */
@Command(
        name = "embed",
        description = "Prints the vectors of texts, one a line; with --pooling none one for each token.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling embed --pooling mean \"Sheep graze.\" \"Goats climb.\"",
            "  shearling embed --pooling last --json \"Sheep graze.\""
        })
final class EmbedCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The texts; - reads stdin, each line a text.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--pooling",
            paramLabel = "P",
            description =
                    "How the vectors of the tokens become one: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Pooling pooling = Pooling.MODEL;

    @Option(names = "--no-normalize", description = "Leave the vectors as long as they are instead of length 1.")
    private boolean asTheyAre;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute. Default: one a core, fewer while others keep the cores busy.")
    private int threads;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "cpu, or a name that shearling devices shows. Default: every GPU there is, else the CPU.")
    private @Nullable String device;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    EmbedCommand(Streams streams) {
        this.streams = streams;
    }

    /** The vectors of one text: one, or one for each token. */
    private record Embedded(String text, List<float[]> vectors) {}

    @Override
    public Integer call() {
        EmbedderOptions options;
        try {
            options = new EmbedderOptions(pooling, !asTheyAre, 0, threads);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        List<String> inputs = texts.equals(List.of("-"))
                ? streams.readAll().lines().filter(line -> !line.isBlank()).toList()
                : texts;
        if (inputs.isEmpty()) {
            throw new UsageException("there is no text on stdin; give one a line");
        }
        try (Model loaded = model.load(DeviceChoice.options(device), streams);
                Embedder embedder = loaded.newEmbedder(options)) {
            List<Embedded> results = embed(embedder, inputs);
            if (json) {
                streams.results().println(json(embedder, results));
            } else {
                results.forEach(result -> result.vectors().forEach(this::print));
            }
        }
        return ExitCode.DONE;
    }

    private static List<Embedded> embed(Embedder embedder, List<String> texts) {
        List<Embedded> results = new ArrayList<>();
        if (embedder.pooling() == Pooling.NONE) {
            texts.forEach(text -> results.add(new Embedded(text, embedder.embedTokens(text))));
        } else {
            List<float[]> vectors = embedder.embedAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                results.add(new Embedded(texts.get(i), List.of(vectors.get(i))));
            }
        }
        return results;
    }

    private void print(float[] vector) {
        StringBuilder line = new StringBuilder();
        for (float x : vector) {
            line.append(line.length() == 0 ? "" : " ").append(x);
        }
        streams.results().println(line.toString());
    }

    private String json(Embedder embedder, List<Embedded> results) {
        return JsonText.object(out -> {
            out.writeStringField("model", model.text());
            out.writeStringField("pooling", embedder.pooling().name().toLowerCase(Locale.ROOT));
            out.writeBooleanField("normalized", !asTheyAre);
            out.writeNumberField("length", embedder.length());
            out.writeArrayFieldStart("embeddings");
            for (Embedded result : results) {
                write(out, result);
            }
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, Embedded result) throws IOException {
        out.writeStartObject();
        out.writeStringField("text", result.text());
        out.writeArrayFieldStart("vectors");
        for (float[] vector : result.vectors()) {
            out.writeStartArray();
            for (float x : vector) {
                out.writeNumber(x);
            }
            out.writeEndArray();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
