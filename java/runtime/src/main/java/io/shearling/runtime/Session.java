package io.shearling.runtime;

import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeSampler;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation, or any text that grows: one sequence of an {@link Engine}, with its history.
 *
 * <p>What the new prompt and the memory have in common is not computed again, so a chat costs only its new messages. A
 * session serves one generation at a time; another call while it runs fails at once with {@link ErrorCode#BUSY}. Methods may
 * be called from any thread.
 */
public final class Session implements AutoCloseable {
    private final Engine engine;
    private final Sequence sequence;
    private final boolean ownsEngine;
    private final NativeHandle handle;
    private final Object lock = new Object();
    private final List<Message> history = new ArrayList<>();
    private @Nullable Generation running;

    Session(Engine engine, Sequence sequence, boolean ownsEngine) {
        this.engine = engine;
        this.sequence = sequence;
        this.ownsEngine = ownsEngine;
        Scheduler scheduler = engine.scheduler();
        handle = new NativeHandle(this, "session over " + engine.model().name(), () -> scheduler.release(sequence));
    }

    /** {@link #chat(String, GenerationOptions)} with {@link GenerationOptions#DEFAULT}. */
    public TokenStream chat(String message) {
        return chat(message, GenerationOptions.DEFAULT);
    }

    /**
     * The model's reply to a message, through its chat template, after the history. Message and reply join the history; a
     * generation that fails leaves it as it was.
     *
     * @throws ShearlingException with {@link ErrorCode#UNSUPPORTED} when the model has no template, {@link
     *     ErrorCode#CONTEXT_FULL} when the conversation does not fit
     */
    public TokenStream chat(String message, GenerationOptions options) {
        synchronized (lock) {
            refuseWhenBusy();
            List<Message> messages = new ArrayList<>(history);
            messages.add(Message.user(message));
            ChatTemplate.Rendered prompt = render(messages);
            int[] tokens = engine.tokenizer().encode(prompt.text(), true, true);
            List<String> stops = new ArrayList<>(options.stops());
            stops.addAll(prompt.stops());
            return submit(tokens, options, stops, messages);
        }
    }

    /** {@link #complete(int[], GenerationOptions)} of a text, with the special tokens that the model asks for. */
    public TokenStream complete(String prompt, GenerationOptions options) {
        return complete(engine.tokenizer().encode(prompt), options);
    }

    /** What comes after these tokens, without a template; the history is not touched. */
    public TokenStream complete(int[] prompt, GenerationOptions options) {
        synchronized (lock) {
            refuseWhenBusy();
            return submit(prompt.clone(), options, options.stops(), null);
        }
    }

    /** The messages so far. */
    public List<Message> history() {
        synchronized (lock) {
            return List.copyOf(history);
        }
    }

    /** Adds a message without a reply: a system message at the start, say. */
    public Session add(Message message) {
        synchronized (lock) {
            refuseWhenBusy();
            history.add(message);
            return this;
        }
    }

    /** Forgets the history and the memory. */
    public void clear() {
        synchronized (lock) {
            refuseWhenBusy();
            history.clear();
            engine.scheduler().forget(sequence);
        }
    }

    /** Tokens that fit, prompt and reply together. */
    public int contextTokens() {
        return engine.contextTokens();
    }

    public Engine engine() {
        return engine;
    }

    /** Cancels what runs and gives the sequence back. Idempotent. */
    @Override
    public void close() {
        handle.close();
        if (ownsEngine) {
            engine.close();
        }
    }

    private ChatTemplate.Rendered render(List<Message> messages) {
        try (Lease lease = engine.lease()) {
            return engine.model().leasedTemplate().render(messages);
        }
    }

    private void refuseWhenBusy() {
        if (handle.closed()) {
            throw new ShearlingException(ErrorCode.CLOSED, "the session is closed; open another");
        }
        if (running != null) {
            throw new ShearlingException(
                    ErrorCode.BUSY,
                    "the session serves another generation; read or close its stream first, or open another session");
        }
    }

    private TokenStream submit(
            int[] tokens, GenerationOptions options, List<String> stops, @Nullable List<Message> messages) {
        if (tokens.length == 0) {
            throw new ShearlingException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the prompt has no tokens; this model needs at least one to begin with");
        }
        if (tokens.length >= contextTokens()) {
            throw new ShearlingException(
                    ErrorCode.CONTEXT_FULL,
                    "the prompt has " + tokens.length + " tokens and the context holds " + contextTokens()
                            + "; shorten it, or open the engine with a larger context");
        }
        if (options.contextFull() instanceof ContextFullPolicy.Slide
                && !engine.scheduler().info().canShift()) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED, "this model's memory cannot slide; use another policy for a full context");
        }
        Scheduler scheduler = engine.scheduler();
        NativeSampler sampler = NativeSampler.open(engine.model().weights(), options.samplers());
        Generation generation = new Generation(
                tokens,
                options,
                stops,
                sampler,
                new EventQueue(scheduler::wake),
                (text, ok) -> ended(messages, text, ok));
        running = generation;
        try {
            scheduler.submit(sequence, generation);
        } catch (RuntimeException e) {
            running = null;
            sampler.close();
            throw e;
        }
        return new TokenStream(generation, scheduler, this);
    }

    private void ended(@Nullable List<Message> messages, String text, boolean ok) {
        synchronized (lock) {
            running = null;
            if (messages != null && ok) {
                history.clear();
                history.addAll(messages);
                history.add(Message.assistant(text));
            }
        }
    }
}
