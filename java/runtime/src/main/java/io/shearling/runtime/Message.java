package io.shearling.runtime;

/**
 * One message of a chat.
 *
 * @param role "system", "user", "assistant", or another that the model's template knows
 * @param content the text
 */
public record Message(String role, String content) {
    public Message {
        if (role.isBlank()) {
            throw new IllegalArgumentException(
                    "the role of a message is empty; use \"user\", \"system\" or \"assistant\"");
        }
    }

    public static Message system(String content) {
        return new Message("system", content);
    }

    public static Message user(String content) {
        return new Message("user", content);
    }

    public static Message assistant(String content) {
        return new Message("assistant", content);
    }
}
