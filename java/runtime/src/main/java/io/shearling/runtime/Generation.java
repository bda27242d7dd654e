package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeSampler;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.text.StopMatcher;
import io.shearling.runtime.text.Utf8Assembler;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One generation on its way through a {@link Scheduler}: what is asked, how far it is, and the text so far. All but {@link
 * #cancel} and the queue's reading side belongs to the scheduler's thread.
 */
final class Generation {
    /** No token has been chosen yet: the prompt is not through. */
    static final int NONE = -1;

    final int[] prompt;
    final GenerationOptions options;
    final EventQueue events;

    /** Hears of the end before the reader does: the text, and false where the generation failed. Runs on the engine's thread. */
    private final BiConsumer<String, Boolean> onEnd;

    private final NativeSampler sampler;
    private final Utf8Assembler assembler = new Utf8Assembler();
    private final StopMatcher stops;
    private final StringBuilder text = new StringBuilder();
    private final long submitted = System.nanoTime();
    private long started;
    private long firstToken;
    private volatile boolean cancelled;
    private boolean over;

    /** Prompt tokens that were in memory before. */
    int cached;

    /** The token to compute next. */
    int next = NONE;

    private int generated;

    Generation(
            int[] prompt,
            GenerationOptions options,
            List<String> stops,
            NativeSampler sampler,
            EventQueue events,
            BiConsumer<String, Boolean> onEnd) {
        this.prompt = prompt;
        this.options = options;
        this.stops = new StopMatcher(stops);
        this.sampler = sampler;
        this.events = events;
        this.onEnd = onEnd;
    }

    NativeSampler sampler() {
        return sampler;
    }

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean over() {
        return over;
    }

    /** The first step that computes a part of the prompt begins. */
    void start(int cachedTokens) {
        started = System.nanoTime();
        cached = cachedTokens;
    }

    /** Counts a chosen token and says whether it was the last one asked for. */
    boolean chose(int token) {
        if (generated++ == 0) {
            firstToken = System.nanoTime();
        }
        next = token;
        return generated >= options.maxTokens();
    }

    /** Adds a token's bytes to the text; true when a stop string is complete. */
    boolean say(byte[] bytes, int length) {
        emit(stops.add(assembler.add(bytes, length)));
        return stops.matched();
    }

    /** The end: what waited goes out, then the finished event. */
    void finish(FinishReason reason) {
        if (over) {
            return;
        }
        over = true;
        if (reason != FinishReason.STOP_STRING && reason != FinishReason.CANCELLED) {
            if (reason == FinishReason.END_OF_TEXT) {
                emit(stops.add(assembler.end()));
            } // else a limit came in the middle of a character: it is not wrong, only not all there, and is left out
            emit(stops.end());
        }
        long end = System.nanoTime();
        long begin = started == 0 ? end : started;
        long first = firstToken == 0 ? end : firstToken;
        onEnd.accept(text.toString(), true);
        events.put(new GenerationEvent.Finished(
                stops.matched() ? FinishReason.STOP_STRING : reason,
                new Usage(prompt.length, cached, generated),
                new Timings(
                        Duration.ofNanos(begin - submitted),
                        Duration.ofNanos(first - begin),
                        Duration.ofNanos(end - first))));
        sampler.close();
    }

    void fail(ShearlingException cause) {
        if (over) {
            return;
        }
        over = true;
        onEnd.accept(text.toString(), false);
        events.fail(cause);
        sampler.close();
    }

    private void emit(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            events.put(new GenerationEvent.Text(piece));
        }
    }
}
