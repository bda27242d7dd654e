package io.shearling.cli;

import io.shearling.runtime.FinishReason;
import io.shearling.runtime.Message;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.error.ShearlingException;
import java.util.List;

/** A chat from its first turn to its last. One thread. */
final class Chat {
    private final Streams streams;
    private final ChatInput input;
    private final Conversation conversation;
    private final GenerationFlags flags;
    private final ChatCommands commands;
    private final boolean verbose;

    /** Whether some turn could not be carried out. */
    private boolean failed;

    Chat(Streams streams, ChatInput input, Conversation conversation, GenerationFlags flags, boolean verbose) {
        this.streams = streams;
        this.input = input;
        this.conversation = conversation;
        this.flags = flags;
        commands = new ChatCommands(streams, conversation, flags);
        this.verbose = verbose;
    }

    /**
     * Takes turns until somebody ends it; the exit code. A turn that fails is told and does not end the chat; one that nobody
     * typed makes the whole fail, so that a script learns of it.
     */
    int run() {
        boolean interrupted = false;
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
                return reply(text, conversation.messages());
            }
            if (text.startsWith(SlashCommand.MARK, 1)) {
                return reply(text.substring(1), conversation.messages());
            }
            ChatCommands.Next next = commands.run(text);
            if (next instanceof ChatCommands.Next.Reply reply) {
                return reply(reply.message(), reply.before());
            }
            return next instanceof ChatCommands.Next.End ? Outcome.END : Outcome.DONE;
        } catch (FailedException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (ShearlingException e) {
            return fail(sentence(e));
        }
    }

    /** What to say of a failure that concerns this turn alone; another one is thrown on. */
    private String sentence(ShearlingException failure) {
        if (conversation.isOver()) {
            throw failure;
        }
        return switch (failure.code()) {
            case CANCELLED, CLOSED -> throw failure;
            case CONTEXT_FULL ->
                "with this message the conversation does not fit in the context of "
                        + Sizes.count(conversation.contextTokens()) + " tokens; " + Conversation.WAYS_BACK
                        + ", or start with a larger --ctx";
            case BAD_GRAMMAR ->
                String.valueOf(flags.grammar()
                        .<RuntimeException>map(file -> file.refused(failure))
                        .orElse(failure)
                        .getMessage());
            default -> String.valueOf(failure.getMessage());
        };
    }

    private Outcome fail(String sentence) {
        streams.say(sentence);
        failed = true;
        return Outcome.DONE;
    }

    /** Has the model reply. A reply that fails or does not begin leaves the messages as they were before. */
    private Outcome reply(String text, List<Message> before) {
        Reply reply;
        try (TokenStream stream = conversation.ask(text, flags.choose().options())) {
            input.onInterrupt(stream::cancel);
            reply = Reply.read(stream, streams.results()::reply);
        } catch (FailedException | ShearlingException e) {
            streams.results().endLine();
            goBack(before);
            throw e;
        }
        if (!reply.text().endsWith("\n")) {
            streams.results().print("\n");
        }
        if (verbose) {
            streams.remark(ReplyStatistics.line(reply));
        }
        FinishReason reason = reply.end().reason();
        if (reason == FinishReason.CANCELLED) {
            return stopped(reply, before);
        }
        if (reason == FinishReason.MAX_TOKENS) {
            streams.remark("cut at " + flags.maxTokens() + " tokens; --max-tokens allows more");
        } else if (reason == FinishReason.CONTEXT_FULL) {
            return fail("the context of " + Sizes.count(conversation.contextTokens())
                    + " tokens is full, so the reply stops here; " + Conversation.WAYS_BACK);
        }
        return Outcome.DONE;
    }

    /** Where it has not these messages already: to go back costs the session its memory. */
    private void goBack(List<Message> before) {
        if (!conversation.messages().equals(before)) {
            conversation.replace(before);
        }
    }

    private Outcome stopped(Reply reply, List<Message> before) {
        if (reply.text().isEmpty()) {
            goBack(before);
            streams.remark(
                    "stopped before the reply began, so the conversation is as it was before; Ctrl-C again ends the"
                            + " chat");
        } else {
            streams.remark(
                    "stopped; message and reply so far stay in the conversation (/undo); Ctrl-C again ends the chat");
        }
        return Outcome.STOPPED;
    }
}
