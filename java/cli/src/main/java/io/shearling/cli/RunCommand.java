package io.shearling.cli;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling run}: streams one reply. */
@Command(
        name = "run",
        description = "Streams one reply to a prompt, followed by a line end.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling run \"Write two sentences about sheep.\"",
            "  shearling run --raw --temperature 0 --max-tokens 8 \"The capital of France is\"",
            "  echo \"What is wool?\" | shearling run --json -"
        })
final class RunCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private GenerationFlags flags = new GenerationFlags();

    @Parameters(arity = "1", paramLabel = "PROMPT", description = "What to reply to; - reads it from stdin.")
    private String prompt = "";

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before the prompt.")
    private @Nullable String system;

    @Option(names = "--raw", description = "Continue the prompt as it is, without the model's chat template.")
    private boolean raw;

    @Option(names = "--json", description = "Print one JSON object at the end instead of streaming.")
    private boolean json;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "cpu, or a name that shearling devices shows. Default: every GPU there is, else the CPU.")
    private @Nullable String device;

    @Option(
            names = "--ctx",
            paramLabel = "N",
            description =
                    "Tokens that prompt and reply may have together. Default: at most 4,096 that fit the machine.")
    private int contextTokens;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute. Default: one a core, fewer while others keep the cores busy.")
    private int threads;

    RunCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (raw && system != null) {
            throw new UsageException("--raw uses no chat template, so --system has no place; leave one of them out");
        }
        if (flags.wantsLogProbabilities() && !json) {
            throw new UsageException("--logprobs needs --json; stdout has only the text otherwise");
        }
        GenerationFlags.Chosen chosen = flags.choose();
        EngineOptions engine = engineOptions();
        String text = prompt.equals("-") ? streams.readAll() : prompt;
        long start = System.nanoTime();
        try (Model loaded = model.load(DeviceChoice.options(device), streams);
                Session session = loaded.newSession(engine)) {
            long loadNanos = System.nanoTime() - start;
            try (TokenStream stream = begin(loaded, session, text, chosen)) {
                Reply reply = read(stream, chosen.seed(), loadNanos);
                finish(reply, loaded, session);
                return reply.end().reason() == FinishReason.CANCELLED ? ExitCode.CANCELLED : ExitCode.DONE;
            }
        }
    }

    private EngineOptions engineOptions() {
        try {
            return EngineOptions.builder()
                    .contextTokens(contextTokens)
                    .threads(threads)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private TokenStream begin(Model loaded, Session session, String text, GenerationFlags.Chosen chosen) {
        if (!raw) {
            requireTemplate(loaded);
        }
        if (system != null) {
            session.add(Message.system(system));
        }
        try {
            return raw ? session.complete(text, chosen.options()) : session.chat(text, chosen.options());
        } catch (ShearlingException e) {
            throw flags.explain(e);
        }
    }

    private void requireTemplate(Model loaded) {
        try {
            loaded.chatTemplate();
        } catch (ShearlingException e) {
            if (e.code() == ErrorCode.UNSUPPORTED) {
                throw new FailedException("the model " + model.text()
                        + " has no chat template; add --raw to have the prompt continued as it is");
            }
            throw e;
        }
    }

    /** Reads all events; text goes out as it comes unless JSON is wanted. */
    private Reply read(TokenStream stream, int seed, long loadNanos) {
        StringBuilder text = new StringBuilder();
        List<GenerationEvent.Token> tokens = new ArrayList<>();
        while (stream.hasNext()) {
            GenerationEvent event = stream.next();
            if (event instanceof GenerationEvent.Text piece) {
                text.append(piece.text());
                if (!json) {
                    streams.results().print(piece.text());
                }
            } else if (event instanceof GenerationEvent.Token token) {
                tokens.add(token);
            } else if (event instanceof GenerationEvent.Finished end) {
                return new Reply(text.toString(), tokens, end, seed, loadNanos);
            }
        }
        throw new IllegalStateException("the stream ended without its finished event");
    }

    private void finish(Reply reply, Model loaded, Session session) {
        if (json) {
            if (reply.end().reason() != FinishReason.CANCELLED) {
                streams.results().println(ReplyJson.of(reply, model.text(), loaded));
            }
        } else if (!reply.text().endsWith("\n")) {
            streams.results().print("\n");
        }
        if (!model.quiet()) {
            streams.say(ReplyStatistics.line(reply));
        }
        if (reply.end().reason() == FinishReason.CONTEXT_FULL) {
            streams.say("the reply stops because the context of " + session.contextTokens()
                    + " tokens is full; give more with --ctx");
        }
    }
}
