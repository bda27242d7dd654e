package io.shearling.cli;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shearling chat}: a conversation. */
@Command(
        name = "chat",
        description = {
            "Talks with a model: type a message, read the reply as it comes.",
            "/help lists the commands within a chat. Ctrl-C stops a reply, again it ends the chat, as do Ctrl-D and /exit.",
            "Where stdin is no terminal, each line is a message, and stdout has the replies alone."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling chat",
            "  shearling chat --system \"You are a shepherd of few words.\" --temperature 0.2",
            "  echo \"What is wool?\" | shearling chat --quiet --max-tokens 40"
        })
final class ChatCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private GenerationFlags flags = new GenerationFlags();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before the conversation.")
    private @Nullable String system;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tokens and speed after each reply.")
    private boolean verbose;

    @Mixin
    private ContextOption context = new ContextOption();

    ChatCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        // A grammar that cannot be read is told before the model is loaded.
        flags.choose();
        EngineOptions engine = EngineOptions.builder()
                .contextTokens(context.tokens())
                .threads(threads.count(streams))
                .build();
        try (Model loaded = model.load(device.modelOptions(), streams);
                Session session = loaded.newSession(engine)) {
            context.compare(loaded, streams);
            Conversation conversation = new Conversation(loaded, session);
            conversation.requireTemplate();
            if (system != null) {
                conversation.system(system);
            }
            try (ChatInput input = input()) {
                if (streams.interactive() && !model.quiet()) {
                    streams.remark(loaded.name() + ", " + Sizes.count(session.contextTokens())
                            + " tokens of context; /help lists the commands");
                }
                return new Chat(streams, input, conversation, flags, verbose).run();
            }
        }
    }

    private ChatInput input() {
        return streams.interactive()
                ? ConsoleInput.open(ChatHistory.ofThisUser(streams))
                : new PlainInput(streams.in());
    }
}
