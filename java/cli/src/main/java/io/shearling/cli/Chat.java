package io.shearling.cli;

import io.shearling.runtime.FinishReason;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.error.ShearlingException;
import java.util.Optional;

/** A chat from its first turn to its last. One thread. */
final class Chat {
    private static final String FULL = "; /reset forgets the conversation, /undo takes back its last turn";

    private final Streams streams;
    private final ChatInput input;
    private final Conversation conversation;
    private final GenerationFlags flags;
    private final boolean verbose;

    /** Whether some turn could not be carried out. */
    private boolean failed;

    Chat(Streams streams, ChatInput input, Conversation conversation, GenerationFlags flags, boolean verbose) {
        this.streams = streams;
        this.input = input;
        this.conversation = conversation;
        this.flags = flags;
        this.verbose = verbose;
    }

    /**
     * Takes turns until somebody ends it; the exit code. A turn that fails is told and does not end the chat; one that nobody
     * typed makes the whole fail, so that a script learns of it.
     */
    int run() {
        boolean interrupted = false;
        input.onInterrupt(() -> {});
        while (true) {
            ChatInput.Turn turn = input.next();
            if (turn instanceof ChatInput.Turn.Interrupt interrupt) {
                if (interrupt.empty() && interrupted) {
                    return ExitCode.CANCELLED;
                }
                interrupted = interrupt.empty();
                if (interrupted) {
                    streams.remark("Ctrl-C again ends the chat");
                }
            } else if (turn instanceof ChatInput.Turn.Line line) {
                Outcome outcome = take(line.text().strip());
                if (outcome == Outcome.END) {
                    break;
                }
                interrupted = outcome == Outcome.STOPPED;
            } else {
                break;
            }
        }
        return failed && !streams.interactive() ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** What a turn came to. */
    private enum Outcome {
        DONE,
        STOPPED,
        END
    }

    private Outcome take(String text) {
        try {
            if (text.isEmpty()) {
                return Outcome.DONE;
            }
            if (!text.startsWith(SlashCommand.MARK)) {
                return reply(text);
            }
            if (text.startsWith(SlashCommand.MARK, 1)) {
                return reply(text.substring(1));
            }
            return command(text);
        } catch (FailedException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (ShearlingException e) {
            return switch (e.code()) {
                case CONTEXT_FULL ->
                    fail("with this message the conversation does not fit in the context of "
                            + Sizes.count(conversation.contextTokens()) + " tokens" + FULL
                            + ", or start with a larger --ctx");
                case BAD_GRAMMAR ->
                    fail(String.valueOf(flags.grammar()
                            .<RuntimeException>map(file -> file.refused(e))
                            .orElse(e)
                            .getMessage()));
                default -> throw e;
            };
        }
    }

    private Outcome fail(String sentence) {
        streams.say(sentence);
        failed = true;
        return Outcome.DONE;
    }

    private Outcome reply(String text) {
        Reply reply;
        try (TokenStream stream = conversation.ask(text, flags.choose().options())) {
            input.onInterrupt(stream::cancel);
            reply = Reply.read(stream, streams.results()::reply);
        } finally {
            input.onInterrupt(() -> {});
        }
        if (!reply.text().endsWith("\n")) {
            streams.results().print("\n");
        }
        if (verbose) {
            streams.remark(ReplyStatistics.line(reply));
        }
        FinishReason reason = reply.end().reason();
        if (reason == FinishReason.CANCELLED) {
            return stopped(reply);
        }
        if (reason == FinishReason.MAX_TOKENS) {
            streams.remark("cut at " + flags.maxTokens() + " tokens; --max-tokens allows more");
        } else if (reason == FinishReason.CONTEXT_FULL) {
            return fail("the context of " + Sizes.count(conversation.contextTokens())
                    + " tokens is full, so the reply stops here" + FULL);
        }
        return Outcome.DONE;
    }

    private Outcome stopped(Reply reply) {
        if (reply.text().isEmpty()) {
            conversation.undo();
            streams.remark("stopped before the reply began, so the message is taken back; Ctrl-C again ends the chat");
        } else {
            streams.remark(
                    "stopped; message and reply so far stay in the conversation (/undo); Ctrl-C again ends the chat");
        }
        return Outcome.STOPPED;
    }

    private Outcome command(String text) {
        String[] words = text.split("\\s+", 2);
        String argument = words.length > 1 ? words[1] : "";
        Optional<SlashCommand> command = SlashCommand.of(words[0]);
        if (command.isEmpty()) {
            return fail("there is no command " + Pieces.visible(words[0])
                    + "; /help lists them, and // begins a message with /");
        }
        if (!argument.isEmpty() && !command.get().takesArgument()) {
            return fail(words[0] + " takes no argument; /help lists the commands");
        }
        if (argument.isEmpty() && command.get().takesFile()) {
            return fail(words[0] + " needs a file; /help lists the commands");
        }
        switch (command.get()) {
            case HELP -> streams.messages().print(SlashCommand.help());
            case RESET -> {
                conversation.reset();
                streams.remark("the conversation is forgotten");
            }
            case UNDO -> {
                String taken = lastMessage();
                streams.remark("taken back: " + MetadataText.quoted(taken, 50));
            }
            case REGENERATE -> {
                return reply(lastMessage());
            }
            case SYSTEM -> system(argument);
            case TEMPERATURE -> temperature(argument);
            case TOKENS ->
                streams.say(Sizes.count(conversation.tokens()) + " of " + Sizes.count(conversation.contextTokens())
                        + " tokens");
            case SAVE -> {
                ConversationFile.of(argument).write(conversation.messages());
                streams.remark("saved: " + messages());
            }
            case LOAD -> {
                conversation.replace(ConversationFile.of(argument).read());
                streams.remark("loaded: " + messages());
            }
            case EXIT -> {
                return Outcome.END;
            }
        }
        return Outcome.DONE;
    }

    private String messages() {
        int count = conversation.messages().size();
        return count == 1 ? "1 message" : Sizes.count(count) + " messages";
    }

    private String lastMessage() {
        return conversation.undo().orElseThrow(() -> new FailedException("there is no message to take back"));
    }

    private void system(String text) {
        if (text.isEmpty()) {
            streams.say(conversation
                    .system()
                    .map(system -> "the system message is: " + system)
                    .orElse("there is no system message"));
        } else {
            conversation.system(text.equals("-") ? "" : text);
            streams.remark(text.equals("-") ? "there is no system message now" : "the system message is set");
        }
    }

    private void temperature(String text) {
        if (!text.isEmpty()) {
            flags.temperature(text);
        }
        streams.remark("the temperature is " + flags.temperature());
    }
}
