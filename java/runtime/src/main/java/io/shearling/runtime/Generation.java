package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeSampler;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.jfr.GenerationRun;
import io.shearling.runtime.jfr.Jfr;
import io.shearling.runtime.jfr.PromptRun;
import io.shearling.runtime.text.StopMatcher;
import io.shearling.runtime.text.Utf8Assembler;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation on its way through a {@link Scheduler}: what is asked, how far it is, and the text so far. All but {@link
 * #cancel} and the queue's reading side belongs to the scheduler's thread.
 */
final class Generation {
    private final String model;
    final int[] prompt;
    final GenerationOptions options;
    final EventQueue events;

    private final Ending onEnd;

    private final NativeSampler sampler;
    private final Utf8Assembler assembler = new Utf8Assembler();
    private final StopMatcher stops;
    private final StringBuilder text = new StringBuilder();
    private final long submitted = System.nanoTime();
    private long started;
    private long firstToken;
    private final @Nullable GenerationRun run = Jfr.generation();
    private @Nullable PromptRun promptRun;
    private volatile boolean cancelled;
    private boolean over;

    /** Prompt tokens that were in memory before. */
    int cached;

    /** The token that was chosen last, to compute next. */
    int next;

    private int generated;

    /** Who hears of the end before the reader does, on the engine's thread; a generation that failed has no text. */
    @FunctionalInterface
    interface Ending {
        void ended(String text, boolean failed);
    }

    Generation(
            String model,
            int[] prompt,
            GenerationOptions options,
            List<String> stops,
            NativeSampler sampler,
            EventQueue events,
            Ending onEnd) {
        this.model = model;
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

    long submitted() {
        return submitted;
    }

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** The first step that computes a part of the prompt begins. */
    void start(int sequence, int cachedTokens) {
        started = System.nanoTime();
        cached = cachedTokens;
        promptRun = Jfr.prompt(model, sequence);
    }

    /** Counts a chosen token and says whether it was the last one asked for. */
    boolean chose(int token) {
        if (generated++ == 0) {
            firstToken = System.nanoTime();
            if (promptRun != null) {
                promptRun.done(prompt.length, cached);
            }
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
        try {
            tellEnd(reason);
        } catch (RuntimeException | Error e) {
            // No memory, say: its reader would wait for ever.
            giveUp(new ShearlingException(ErrorCode.NATIVE, "the end of the generation could not be told: " + e, e));
            throw e;
        }
    }

    private void tellEnd(FinishReason reason) {
        if (reason != FinishReason.STOP_STRING && reason != FinishReason.CANCELLED) {
            if (reason == FinishReason.END_OF_TEXT) {
                emit(stops.add(assembler.end()));
            } // else a limit came in the middle of a character: it is not wrong, only not all there, and is left out
            emit(stops.end());
        }
        long end = System.nanoTime();
        long begin = started == 0 ? end : started;
        long first = firstToken == 0 ? end : firstToken;
        FinishReason said = stops.matched() ? FinishReason.STOP_STRING : reason;
        sampler.close();
        record(said.name());
        onEnd.ended(text.toString(), false);
        events.put(new GenerationEvent.Finished(
                said,
                new Usage(prompt.length, cached, generated),
                new Timings(
                        Duration.ofNanos(begin - submitted),
                        Duration.ofNanos(first - begin),
                        Duration.ofNanos(end - first))));
    }

    void fail(ShearlingException cause) {
        if (over) {
            return;
        }
        over = true;
        giveUp(cause);
    }

    private void giveUp(ShearlingException cause) {
        try {
            sampler.close();
            record(cause.code().name());
        } finally {
            onEnd.ended("", true);
            events.fail(cause);
        }
    }

    private void record(String end) {
        if (run != null) {
            run.done(model, end, prompt.length, generated, firstToken == 0 ? 0 : firstToken - submitted);
        }
    }

    private void emit(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            events.put(new GenerationEvent.Text(piece));
        }
    }
}
