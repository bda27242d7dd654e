package io.shearling.cli;

import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of a chat, in a session. What is taken back or replaced costs the session its memory: the next reply computes the
 * conversation once more. One thread.
 */
final class Conversation {
    /** What helps where the messages so far are in the way. */
    static final String WAYS_BACK = "/reset forgets the conversation, /undo takes back its last turn";

    private static final String WITHOUT_TEMPLATE = "shearling run --raw continues a prompt without it";
    private static final String SYSTEM = "system";
    private static final String USER = "user";

    private final Model model;
    private final Session session;

    Conversation(Model model, Session session) {
        this.model = model;
        this.session = session;
    }

    /** Fails now rather than at the first message where the model has no template that works. */
    void requireTemplate() {
        ChatPrompt.render(model, List.of(Message.user("Hello")), true, WITHOUT_TEMPLATE);
    }

    /** All messages, a system message first where there is one. */
    List<Message> messages() {
        return session.history();
    }

    /** Whether no reply can come any more, because the engine has failed. */
    boolean isOver() {
        return session.engine().hasFailed();
    }

    /** Tokens that conversation and reply may have together. */
    int contextTokens() {
        return session.contextTokens();
    }

    /**
     * Begins the reply to a message; both join the conversation when the reply ends, also when it is cancelled.
     *
     * @throws FailedException when the template does not take the messages, or the message alone is too long
     */
    TokenStream ask(String text, GenerationOptions options) {
        if (TextRoom.isHopeless(model.tokenizer(), text, contextTokens())) {
            throw new FailedException("the message has " + Sizes.count(text.length())
                    + " characters, more than fit in the context of " + Sizes.count(contextTokens())
                    + " tokens; shorten it, or start with a larger --ctx");
        }
        List<Message> next = new ArrayList<>(messages());
        next.add(Message.user(text));
        ChatPrompt.render(model, next, true, WAYS_BACK);
        return session.chat(text, options);
    }

    /**
     * Tokens of the conversation as the model sees it; 0 before the first message.
     *
     * @throws FailedException when the template does not take the messages
     */
    int tokens() {
        if (messages().isEmpty()) {
            return 0;
        }
        String prompt = ChatPrompt.render(model, messages(), false, WAYS_BACK);
        return model.tokenizer().encode(prompt, true, true).length;
    }

    Optional<String> system() {
        return messages().stream().findFirst().filter(Conversation::isSystem).map(Message::content);
    }

    /** Puts this system message first, in place of another; empty: none. */
    void system(String text) {
        List<Message> next = new ArrayList<>();
        if (!text.isEmpty()) {
            next.add(Message.system(text));
        }
        messages().stream().filter(message -> !isSystem(message)).forEach(next::add);
        replace(next);
    }

    /** Forgets all but the system message. */
    void reset() {
        replace(messages().stream().filter(Conversation::isSystem).toList());
    }

    /** Takes back the last message of the user and what came after it; returns it, if there is one. */
    Optional<String> undo() {
        List<Message> all = messages();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).role().equals(USER)) {
                replace(all.subList(0, i));
                return Optional.of(all.get(i).content());
            }
        }
        return Optional.empty();
    }

    /** Goes on with these messages instead. */
    void replace(List<Message> messages) {
        List<Message> next = List.copyOf(messages);
        session.clear();
        next.forEach(session::add);
    }

    private static boolean isSystem(Message message) {
        return message.role().equals(SYSTEM);
    }
}
