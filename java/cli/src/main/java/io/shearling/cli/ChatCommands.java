package io.shearling.cli;

import io.shearling.runtime.Message;
import java.util.List;
import java.util.Optional;

/** Carries out the {@code /} commands of a chat. What cannot be done is a {@link FailedException}. One thread. */
final class ChatCommands {
    private static final int SHOWN_CHARACTERS = 50;
    private static final String NONE = "-";

    private final Streams streams;
    private final Conversation conversation;
    private final GenerationFlags flags;

    ChatCommands(Streams streams, Conversation conversation, GenerationFlags flags) {
        this.streams = streams;
        this.conversation = conversation;
        this.flags = flags;
    }

    /** What the chat does next. */
    sealed interface Next {
        /** Asks for another turn. */
        record Turn() implements Next {}

        /**
         * Has the model reply to this message.
         *
         * @param before the messages to go back to where that fails
         */
        record Reply(String message, List<Message> before) implements Next {}

        /** Ends. */
        record End() implements Next {}
    }

    /** Carries out a line that begins with the mark of commands. */
    Next run(String line) {
        String[] words = line.split("\\s+", 2);
        String argument = words.length > 1 ? words[1] : "";
        SlashCommand command = SlashCommand.of(words[0])
                .orElseThrow(() -> new FailedException("there is no command " + Pieces.visible(words[0])
                        + "; /help lists them, and // begins a message with /"));
        if (!argument.isEmpty() && !command.takesArgument()) {
            throw new FailedException(words[0] + " takes no argument; /help lists the commands");
        }
        if (argument.isEmpty() && command.takesFile()) {
            throw new FailedException(words[0] + " needs a file; /help lists the commands");
        }
        return run(command, argument);
    }

    private Next run(SlashCommand command, String argument) {
        switch (command) {
            case HELP -> streams.messages().print(SlashCommand.help());
            case RESET -> {
                conversation.reset();
                streams.remark("the conversation is forgotten");
            }
            case UNDO -> streams.remark("taken back: " + MetadataText.quoted(takeBack(), SHOWN_CHARACTERS));
            case REGENERATE -> {
                List<Message> before = conversation.messages();
                return new Next.Reply(takeBack(), before);
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
                return new Next.End();
            }
        }
        return new Next.Turn();
    }

    private String messages() {
        int count = conversation.messages().size();
        return count == 1 ? "1 message" : Sizes.count(count) + " messages";
    }

    private String takeBack() {
        return conversation.undo().orElseThrow(() -> new FailedException("there is no message to take back"));
    }

    private void system(String text) {
        if (text.isEmpty()) {
            Optional<String> system = conversation.system();
            streams.say(system.map(it -> "the system message is: " + it).orElse("there is no system message"));
        } else if (text.equals(NONE)) {
            conversation.system("");
            streams.remark("there is no system message now");
        } else {
            conversation.system(text);
            streams.remark("the system message is set");
        }
    }

    private void temperature(String text) {
        if (!text.isEmpty()) {
            flags.temperature(text);
        }
        streams.remark("the temperature is " + flags.temperature());
    }
}
