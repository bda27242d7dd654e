package io.shearling.cli;

import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.List;

/** The prompt that a model's chat template makes of messages, with its failures in the words of the command. */
final class ChatPrompt {
    private static final String BEFORE = "cannot be used: ";
    private static final String AFTER = "; continue raw text instead";

    private ChatPrompt() {}

    /**
     * The prompt.
     *
     * @param forReply whether the prompt ends where the assistant's reply begins
     * @param remedy what to do without the template
     * @throws FailedException when there is no template, it fails, or makes nothing of the messages
     */
    static String render(Model model, List<Message> messages, boolean forReply, String remedy) {
        try {
            String prompt = model.chatTemplate().render(messages, forReply).text();
            if (prompt.isBlank()) {
                throw new FailedException("the chat template of " + model.path() + " makes an empty prompt of "
                        + (messages.size() == 1 ? "the message" : "the messages") + "; " + remedy);
            }
            return prompt;
        } catch (ShearlingException e) {
            if (e.code() == ErrorCode.UNSUPPORTED) {
                throw new FailedException("the model " + model.path() + " has no chat template; " + remedy);
            }
            // An argument is wrong where messages come in an order that no template is asked about.
            if (e.code() == ErrorCode.BAD_TEMPLATE || e.code() == ErrorCode.INVALID_ARGUMENT) {
                throw new FailedException(
                        "the chat template of " + model.path() + " cannot be used (" + cause(e) + "); " + remedy);
            }
            throw e;
        }
    }

    /** The cause alone: the runtime's sentence names the model and a remedy of its own. */
    private static String cause(ShearlingException failure) {
        String text = String.valueOf(failure.getMessage());
        int before = text.indexOf(BEFORE);
        text = before < 0 ? text : text.substring(before + BEFORE.length());
        return text.endsWith(AFTER) ? text.substring(0, text.length() - AFTER.length()) : text;
    }
}
