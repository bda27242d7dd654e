package io.shearling.runtime;

import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeModel;
import io.shearling.runtime.bridge.NativeTemplate;
import java.util.List;
import java.util.Objects;

/**
 * A chat template: Jinja text, the model's own or another, rendered by llama.cpp's engine. Thread-safe. The model's own is
 * closed with the model and not before.
 */
public final class ChatTemplate implements AutoCloseable {
    private final NativeTemplate template;
    private final boolean ofModel;
    private final NativeHandle handle;

    private ChatTemplate(NativeTemplate template, boolean ofModel) {
        this.template = template;
        this.ofModel = ofModel;
        handle = new NativeHandle(this, "chat template", template::free);
    }

    /**
     * A template of the caller's own, in Jinja, with the model's special tokens.
     *
     * @throws io.shearling.runtime.error.ShearlingException with {@link
     *     io.shearling.runtime.error.ErrorCode#BAD_TEMPLATE} when it does not parse
     */
    public static ChatTemplate parse(Model model, String jinja) {
        Objects.requireNonNull(jinja, "jinja");
        try (Lease lease = model.lease()) {
            return new ChatTemplate(NativeTemplate.open(model.weights(), jinja), false);
        }
    }

    /** The model's own, for all who ask the model for it; {@link #free} closes it. */
    static ChatTemplate ofModel(NativeModel weights) {
        return new ChatTemplate(NativeTemplate.open(weights, null), true);
    }

    /**
     * A prompt.
     *
     * @param text what the model is to see, special tokens spelt out
     * @param stops strings that end a reply, besides the model's end tokens
     */
    public record Rendered(String text, List<String> stops) {
        public Rendered {
            stops = List.copyOf(stops);
        }
    }

    /** The prompt of these messages, ready for the assistant's reply. */
    public Rendered render(List<Message> messages) {
        return render(messages, true);
    }

    /**
     * The prompt of these messages.
     *
     * @param forReply whether the prompt ends where the assistant's reply begins
     * @throws io.shearling.runtime.error.ShearlingException with {@link
     *     io.shearling.runtime.error.ErrorCode#BAD_TEMPLATE} when the template refuses the messages
     */
    public Rendered render(List<Message> messages, boolean forReply) {
        try (Lease lease = handle.lease()) {
            return template.render(messages, forReply);
        }
    }

    /** The Jinja text. */
    public String source() {
        try (Lease lease = handle.lease()) {
            return template.source();
        }
    }

    /** Frees a template of the caller's own; the model's own stays, since others use it too. Idempotent. */
    @Override
    public void close() {
        if (!ofModel) {
            free();
        }
    }

    void free() {
        handle.close();
    }
}
