package io.shearling.runtime;

import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeSampler;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
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
    private final Conversation conversation = new Conversation();

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
     * The model's reply to a message, through its chat template, after the history.
     *
     * <p>Message and reply join the history when the generation ends, also when it is cancelled: then the reply is what there
     * was of it, perhaps nothing. A generation that fails leaves the history as it was.
     *
     * @throws ShearlingException with {@link ErrorCode#UNSUPPORTED} when the model has no template, {@link
     *     ErrorCode#CONTEXT_FULL} when the conversation does not fit
     */
    public TokenStream chat(String message, GenerationOptions options) {
        Message question = Message.user(message);
        return whenFree(() -> {
            List<Message> messages = conversation.followedBy(question);
            ChatTemplate.Rendered prompt = engine.model().leasedTemplate().render(messages);
            int[] tokens = engine.tokenizer().encode(prompt.text(), true, true);
            List<String> stops = new ArrayList<>(options.stops());
            stops.addAll(prompt.stops());
            return submit(tokens, options, stops, messages);
        });
    }

    /** {@link #complete(int[], GenerationOptions)} of a text, with the special tokens that the model asks for. */
    public TokenStream complete(String prompt, GenerationOptions options) {
        return whenFree(() -> submit(engine.tokenizer().encode(prompt), options, options.stops(), null));
    }

    /** What comes after these tokens, without a template; the history is not touched. */
    public TokenStream complete(int[] prompt, GenerationOptions options) {
        return whenFree(() -> submit(prompt.clone(), options, options.stops(), null));
    }

    /** The messages so far. */
    public List<Message> history() {
        return conversation.messages();
    }

    /** Adds a message without a reply: a system message at the start, say. */
    public Session add(Message message) {
        Objects.requireNonNull(message, "message");
        return whenFree(() -> {
            conversation.add(message);
            return this;
        });
    }

    /** Forgets the history and the memory. */
    public void clear() {
        whenFree(() -> {
            conversation.clear();
            engine.scheduler().forget(sequence);
            return this;
        });
    }

    /** Tokens that fit, prompt and reply together. */
    public int contextTokens() {
        return engine.contextTokens();
    }

    public Engine engine() {
        return engine;
    }

    /**
     * Cancels what runs and gives the sequence back; with an engine of its own, closes that. The sequence is free when this
     * returns, unless another thread is just calling a method of this: then it is when that call is over. Idempotent.
     */
    @Override
    public void close() {
        handle.close();
        if (ownsEngine) {
            engine.close();
        }
    }

    /**
     * Does something that no generation must come between.
     *
     * <p>The leases keep the sequence ours and the engine open. They are given back outside the monitor: the last one waits for
     * generations to end, and their end needs the monitor.
     */
    private <T> T whenFree(Supplier<T> call) {
        try (Lease own = handle.lease();
                Lease engines = engine.lease()) {
            synchronized (conversation) {
                conversation.refuseWhenBusy();
                return call.get();
            }
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
        engine.model().requireUnchanged();
        Scheduler scheduler = engine.scheduler();
        NativeSampler sampler = NativeSampler.open(engine.model().weights(), options.samplers());
        Conversation mine = conversation;
        try {
            Generation generation = new Generation(
                    engine.model().name(),
                    tokens,
                    options,
                    stops,
                    sampler,
                    new EventQueue(scheduler::wake),
                    (reply, failed) -> mine.end(messages, reply, failed));
            // Before the engine has it: from then on the sampler is the generation's.
            TokenStream stream = new TokenStream(generation, scheduler, this);
            mine.begin();
            scheduler.submit(sequence, generation);
            return stream;
        } catch (RuntimeException | Error e) {
            mine.abandon();
            sampler.close();
            throw e;
        }
    }
}
