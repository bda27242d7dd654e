package io.shearling.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.shearling.runtime.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation in a file: {@code {"messages": [{"role": "user", "content": "..."}]}}, the form in which the APIs of chat models
 * take messages. What else is in the file is passed over.
 */
final class ConversationFile {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path path;

    private ConversationFile(Path path) {
        this.path = path;
    }

    /**
     * The file of this name; a tilde in front is the home folder, which no shell puts in here.
     *
     * @throws FailedException when no file can have this name
     */
    static ConversationFile of(String name) {
        try {
            return new ConversationFile(
                    name.startsWith("~/") ? Home.ofThisUser().resolve(name.substring(2)) : Path.of(name));
        } catch (InvalidPathException e) {
            throw new FailedException(
                    Pieces.visible(name) + " cannot be the name of a file (" + e.getReason() + "); name another");
        }
    }

    /**
     * Writes the messages, beside the place first; a new file is for nobody else.
     *
     * @throws FailedException when it cannot be written, or there is a file that is no conversation
     */
    void write(List<Message> messages) {
        if (Files.exists(path)) {
            read();
        }
        String text = JsonText.object(json -> {
            json.writeArrayFieldStart("messages");
            for (Message message : messages) {
                json.writeStartObject();
                json.writeStringField("role", message.role());
                json.writeStringField("content", message.content());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
        try {
            WholeFile.write(path, text + "\n", WholeFile.PRIVATE);
        } catch (IOException e) {
            throw new FailedException(path + " cannot be written (" + e + "); name another file");
        }
    }

    /**
     * The messages.
     *
     * @throws FailedException when it cannot be read or is no conversation
     */
    List<Message> read() {
        if (!Files.isRegularFile(path)) {
            throw new FailedException(
                    path + (Files.exists(path) ? " is no file" : " does not exist") + "; name another");
        }
        try (JsonParser json = JSON.createParser(path.toFile())) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean found = json.currentName().equals("messages");
                    if (json.nextToken() == JsonToken.START_ARRAY && found) {
                        return messages(json);
                    }
                    json.skipChildren();
                }
            }
            throw noConversation("it has no list of messages");
        } catch (JsonProcessingException e) {
            // Without a place where it is the parser that gives up: so deep, or so long, it does not go.
            @Nullable JsonLocation place = e.getLocation();
            throw noConversation(e.getOriginalMessage() + (place == null ? "" : ", line " + place.getLineNr()));
        } catch (IOException e) {
            throw new FailedException(path + " cannot be read (" + e + "); name another file");
        }
    }

    private List<Message> messages(JsonParser json) throws IOException {
        List<Message> messages = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            @Nullable String role = null;
            @Nullable String content = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                boolean text = json.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("role")) {
                    role = json.getText();
                } else if (text && name.equals("content")) {
                    content = json.getText();
                } else {
                    json.skipChildren();
                }
            }
            if (role == null || role.isBlank() || content == null) {
                throw noConversation("message " + (messages.size() + 1) + " lacks a role or a content");
            }
            if (!isText(role) || !isText(content)) {
                throw noConversation(
                        "message " + (messages.size() + 1) + " has half of a surrogate pair, which is no text");
            }
            messages.add(new Message(role, content));
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw noConversation("message " + (messages.size() + 1) + " is no object");
        }
        return messages;
    }

    /** JSON can spell what UTF-8 cannot. */
    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private FailedException noConversation(String cause) {
        return new FailedException(path + " is no saved conversation (" + cause + "); name another file");
    }
}
