package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
            "  shearling embed \"Sheep graze.\" \"Goats climb.\"",
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
            converter = PoolingNames.class,
            completionCandidates = PoolingNames.class,
            description = "How the vectors of the tokens become one: ${COMPLETION-CANDIDATES}. Default: model, as the"
                    + " model says, and the mean where it says nothing.")
    private Pooling pooling = Pooling.MODEL;

    @Option(names = "--no-normalize", description = "Leave the vectors as long as they are instead of length 1.")
    private boolean asTheyAre;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.TextTokens.class,
            description =
                    "Tokens that the longest text may have. Default: what the model was trained for, at most 8,192,"
                            + " or 2,048 where it is no encoder.")
    private int contextTokens;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    EmbedCommand(Streams streams) {
        this.streams = streams;
    }

    /** The vectors of one text: one, or one for each token. */
    private record Embedded(String text, List<float[]> vectors) {}

    @Override
    public Integer call() {
        List<String> inputs = inputs();
        EmbedderOptions options = new EmbedderOptions(pooling, !asTheyAre, contextTokens, threads.count(streams));
        try (Model loaded = model.load(device.modelOptions(), streams);
                Embedder embedder = loaded.newEmbedder(options)) {
            if (pooling == Pooling.MODEL && loaded.shape().poolingType().isEmpty()) {
                streams.say(
                        "the model names no pooling, so the vector of a text is the mean of its tokens; choose another"
                                + " with --pooling");
            }
            for (int i = 0; i < inputs.size(); i++) {
                requireRoom(loaded.tokenizer(), inputs, i, embedder.maxTokens());
            }
            List<Embedded> results = embed(embedder, inputs);
            if (json) {
                streams.results().println(json(embedder, results));
            } else {
                results.forEach(result -> result.vectors().forEach(this::print));
            }
        }
        return ExitCode.DONE;
    }

    private List<String> inputs() {
        if (texts.equals(List.of("-"))) {
            List<String> lines =
                    streams.readAll().lines().filter(line -> !line.isBlank()).toList();
            if (lines.isEmpty()) {
                throw new UsageException("there is no text on stdin; give one a line");
            }
            return lines;
        }
        int empty = texts.indexOf("");
        if (empty >= 0) {
            throw new UsageException("text " + (empty + 1) + " of " + texts.size() + " is empty; leave it out");
        }
        return texts;
    }

    private static void requireRoom(Tokenizer tokenizer, List<String> inputs, int index, int room) {
        String text = inputs.get(index);
        String much;
        if (TextRoom.isHopeless(tokenizer, text, room + 1)) {
            much = Sizes.count(text.length()) + " characters";
        } else {
            int tokens = tokenizer.encode(text).length;
            if (tokens <= room) {
                return;
            }
            much = Sizes.count(tokens) + " tokens";
        }
        throw new FailedException(
                "text " + (index + 1) + " of " + inputs.size() + " (" + MetadataText.quoted(text, 30) + ") has " + much
                        + " and at most " + Sizes.count(room) + " tokens fit; cut it, or give more with --ctx");
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
