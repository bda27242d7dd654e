package io.shearling.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The commands within a chat. */
enum SlashCommand {
    HELP("help", "", "lists these commands", "?"),
    RESET("reset", "", "forgets the conversation; the system message stays", "clear"),
    UNDO("undo", "", "takes back the last message and its reply"),
    REGENERATE("regenerate", "", "replies to the last message once more", "regen"),
    SYSTEM("system", "TEXT", "sets the system message; without TEXT shows it, with - takes it away"),
    TEMPERATURE("temperature", "T", "sets how freely tokens are chosen; without T shows it"),
    TOKENS("tokens", "", "shows how much of the context the conversation takes"),
    SAVE("save", "FILE", "writes the conversation to a file"),
    LOAD("load", "FILE", "goes on with a conversation that was saved"),
    EXIT("exit", "", "ends the chat, as does Ctrl-D", "quit", "bye");

    /** What every command begins with. */
    static final String MARK = "/";

    private final String word;
    private final String argument;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private final List<String> otherWords;

    SlashCommand(String word, String argument, String description, String... otherWords) {
        this.word = word;
        this.argument = argument;
        this.description = description;
        this.otherWords = List.of(otherWords);
    }

    /** Without the mark. */
    String word() {
        return word;
    }

    String description() {
        return description;
    }

    boolean takesArgument() {
        return !argument.isEmpty();
    }

    boolean takesFile() {
        return argument.equals("FILE");
    }

    /** The command that a word means, with its mark; other names that people know from elsewhere count. */
    static Optional<SlashCommand> of(String marked) {
        return Arrays.stream(values())
                .filter(command -> marked.equals(MARK + command.word)
                        || command.otherWords.stream().anyMatch(other -> marked.equals(MARK + other)))
                .findFirst();
    }

    /** What {@code /help} shows. */
    static String help() {
        String commands = Arrays.stream(values())
                .map(command -> String.format(
                        "  %-16s %s%n", (MARK + command.word + " " + command.argument).strip(), command.description))
                .collect(Collectors.joining());
        return commands
                + String.format(
                        "A message goes on in the next line after a backslash at the end; one that begins with / is written //.%n"
                                + "Ctrl-C stops a reply; at the empty prompt, twice ends the chat.%n");
    }
}
