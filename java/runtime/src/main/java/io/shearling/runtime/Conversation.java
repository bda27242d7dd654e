package io.shearling.runtime;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session, and whether a generation is about to add to them. Thread-safe; its monitor makes several calls
 * one.
 *
 * <p>A generation knows this and not the session, so that a session that is forgotten while it generates can be found.
 */
final class Conversation {
    private final List<Message> messages = new ArrayList<>();
    private boolean busy;

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized void refuseWhenBusy() {
        if (busy) {
            throw new ShearlingException(
                    ErrorCode.BUSY,
                    "the session serves another generation; read or close its stream first, or open another session");
        }
    }

    synchronized void add(Message message) {
        messages.add(message);
    }

    synchronized void clear() {
        messages.clear();
    }

    /** The messages and one more, which is not added yet. */
    synchronized List<Message> followedBy(Message message) {
        List<Message> all = new ArrayList<>(messages);
        all.add(message);
        return all;
    }

    synchronized void begin() {
        busy = true;
    }

    /** It did not begin after all. */
    synchronized void abandon() {
        busy = false;
    }

    /** A generation has ended: its messages, where it is a chat, and its reply become the history unless it failed. */
    synchronized void end(@Nullable List<Message> asked, String reply, boolean failed) {
        busy = false;
        if (asked != null && !failed) {
            messages.clear();
            messages.addAll(asked);
            messages.add(Message.assistant(reply));
        }
    }
}
