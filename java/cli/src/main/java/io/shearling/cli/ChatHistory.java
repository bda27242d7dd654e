package io.shearling.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the lines that were typed into chats are kept: a file in the user's folder for state, readable for nobody else. */
final class ChatHistory {
    private static final String NAME = "chat-history";

    private ChatHistory() {}

    /** The place by the XDG base directory specification; relative paths are ignored, as it asks. */
    static Path place(Map<String, String> environment, Path home) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path folder = !state.isBlank() && Path.of(state).isAbsolute()
                ? Path.of(state)
                : home.resolve(".local").resolve("state");
        return folder.resolve("shearling").resolve(NAME);
    }

    /** The file of this user, made if it is not there; nothing, after a line that says so, where none can be. */
    static Optional<Path> ofThisUser(Streams streams) {
        Path file = place(System.getenv(), Home.ofThisUser());
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.createFile(file, WholeFile.PRIVATE);
            }
            if (Files.isWritable(file)) {
                return Optional.of(file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Told below.
        }
        streams.say("what is typed is not kept for the next chat: " + file
                + " cannot be written; name another folder in" + " XDG_STATE_HOME");
        return Optional.empty();
    }
}
