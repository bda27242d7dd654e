package io.shearling.cli;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationOptions;
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
            "  shearling run --grammar answer.gbnf \"Is snow white?\"",
            "  echo \"What is wool?\" | shearling run --json -"
        })
final class RunCommand implements Callable<Integer> {
    private static final String WITHOUT_TEMPLATE = "add --raw to have the prompt continued as it is";
    private static final String SHORTEN = "; shorten it, or give more with --ctx";

    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private GenerationFlags flags = new GenerationFlags();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Parameters(arity = "1", paramLabel = "PROMPT", description = "What to reply to; - reads it from stdin.")
    private String prompt = "";

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before the prompt.")
    private @Nullable String system;

    @Option(names = "--raw", description = "Continue the prompt as it is, without the model's chat template.")
    private boolean raw;

    @Option(names = "--json", description = "Print one JSON object at the end instead of streaming.")
    private boolean json;

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            converter = NumberRange.Candidates.class,
            description = "With --json: each token's log-probability and the N most likely tokens, 0 to 100.")
    private @Nullable Integer logProbabilities;

    @Mixin
    private ContextOption context = new ContextOption();

    RunCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (raw && system != null) {
            throw new UsageException("--raw uses no chat template, so --system has no place; leave one of them out");
        }
        if (logProbabilities != null && !json) {
            throw new UsageException("--logprobs needs --json; stdout has only the text otherwise");
        }
        GenerationFlags.Chosen chosen = flags.choose();
        String text = prompt.equals("-") ? streams.readAll() : prompt;
        if (text.isEmpty()) {
            throw new UsageException("the prompt is empty; say what to reply to");
        }
        EngineOptions engine = EngineOptions.builder()
                .contextTokens(context.tokens())
                .threads(threads.count(streams))
                .build();
        long start = System.nanoTime();
        try (Model loaded = model.load(device.modelOptions(), streams);
                Session session = loaded.newSession(engine)) {
            long loadNanos = System.nanoTime() - start;
            context.compare(loaded, streams);
            try (TokenStream stream = begin(loaded, session, text, options(chosen))) {
                Reply reply = Reply.read(stream, json ? piece -> {} : streams.results()::reply);
                finish(reply, chosen.seed(), loadNanos, loaded, session);
                return reply.end().reason() == FinishReason.CANCELLED ? ExitCode.CANCELLED : ExitCode.DONE;
            }
        }
    }

    private GenerationOptions options(GenerationFlags.Chosen chosen) {
        return logProbabilities == null
                ? chosen.options()
                : chosen.options().toBuilder()
                        .logProbabilities(logProbabilities)
                        .build();
    }

    private TokenStream begin(Model loaded, Session session, String text, GenerationOptions options) {
        if (TextRoom.isHopeless(loaded.tokenizer(), text, session.contextTokens())) {
            throw new FailedException("the prompt has " + Sizes.count(text.length())
                    + " characters, more than fit in the context of " + Sizes.count(session.contextTokens()) + " tokens"
                    + SHORTEN);
        }
        try {
            if (raw) {
                return session.complete(text, options);
            }
            List<Message> messages = new ArrayList<>();
            if (system != null) {
                messages.add(Message.system(system));
                session.add(messages.get(0));
            }
            messages.add(Message.user(text));
            ChatPrompt.render(loaded, messages, true, WITHOUT_TEMPLATE);
            return session.chat(text, options);
        } catch (ShearlingException e) {
            throw explain(e);
        }
    }

    /** The failure in the words of the command: a program is told of the API, a user of the option. */
    private RuntimeException explain(ShearlingException failure) {
        if (failure.code() == ErrorCode.CONTEXT_FULL) {
            String sentence = String.valueOf(failure.getMessage());
            return new FailedException(sentence.split(";", 2)[0] + SHORTEN);
        }
        if (failure.code() == ErrorCode.BAD_GRAMMAR) {
            return flags.grammar()
                    .<RuntimeException>map(file -> file.refused(failure))
                    .orElse(failure);
        }
        return failure;
    }

    private void finish(Reply reply, int seed, long loadNanos, Model loaded, Session session) {
        FinishReason reason = reply.end().reason();
        if (json) {
            if (reason != FinishReason.CANCELLED) {
                streams.results().println(ReplyJson.of(reply, seed, loadNanos, model.text(), loaded));
            }
        } else if (!reply.text().endsWith("\n")) {
            streams.results().print("\n");
        }
        if (!model.quiet()) {
            streams.remark(ReplyStatistics.line(reply, loadNanos));
        }
        if (reason == FinishReason.CONTEXT_FULL) {
            streams.say("the reply stops because the context of " + Sizes.count(session.contextTokens())
                    + " tokens is full; give more with --ctx");
        }
    }
}
