package io.shearling.cli;

import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.Tokenizer;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling tokenize}: shows how a model cuts a text. */
@Command(
        name = "tokenize",
        description = "Shows the tokens of a text: the id and the piece of each, one a line.",
        footerHeading = "%nExamples:%n",
        footer = {"  shearling tokenize \"Sheep graze.\"", "  shearling tokenize --ids \"Sheep graze.\""})
final class TokenizeCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Parameters(arity = "1", paramLabel = "TEXT", description = "The text; - reads it from stdin.")
    private String text = "";

    @Option(names = "--ids", description = "Print the ids alone, in one line.")
    private boolean ids;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    TokenizeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (ids && json) {
            throw new UsageException("--ids and --json ask for two forms of the result; leave one of them out");
        }
        String input = text.equals("-") ? streams.readAll() : text;
        ModelOptions cpu = ModelOptions.builder().cpuOnly().build();
        try (Model loaded = model.load(cpu, streams)) {
            Tokenizer tokenizer = loaded.tokenizer();
            int[] tokens = tokenizer.encode(input);
            if (json) {
                streams.results().println(json(tokens, tokenizer));
            } else if (ids) {
                streams.results()
                        .println(Arrays.stream(tokens)
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(" ")));
            } else {
                for (int token : tokens) {
                    streams.results().println(String.format("%6d  %s", token, Pieces.visible(tokenizer.bytes(token))));
                }
            }
        }
        return ExitCode.DONE;
    }

    private String json(int[] tokens, Tokenizer tokenizer) {
        return JsonText.object(out -> {
            out.writeStringField("model", model.text());
            out.writeNumberField("count", tokens.length);
            out.writeArrayFieldStart("tokens");
            for (int token : tokens) {
                out.writeStartObject();
                out.writeNumberField("id", token);
                out.writeStringField("piece", Pieces.text(tokenizer.bytes(token)));
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
