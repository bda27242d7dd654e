package io.shearling.bench;

import io.shearling.runtime.Engine;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import java.nio.file.Path;

/**
 * The Java API under measurement: one model, one engine and one session for all rounds. The memory is emptied before each run.
 *
 * <p>The reader's clock is used, from the call to the finished event, so what the stream costs is in every figure.
 */
final class JavaSide implements AutoCloseable {
    private final Model model;
    private final Engine engine;
    private final Session session;

    JavaSide(Path file, BenchOptions options) {
        model = Model.load(file, EngineSettings.model());
        try {
            engine = model.newEngine(EngineSettings.engine(options));
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        session = engine.newSession();
    }

    Model model() {
        return model;
    }

    /** Threads as the engine chose them. */
    int threads() {
        return engine.threads();
    }

    /**
     * Time of {@code tokens} decodes of one token each at a depth, as llama-bench defines it, here with greedy sampling and
     * the stream on top.
     *
     * <p>The prompt's own decode gives the first token. So one more token is generated than decodes are timed, and the time
     * that the engine reports for waiting and for the prompt is taken off the reader's.
     */
    long generation(int[] prompt, int tokens) {
        session.clear();
        Reading reading = read(prompt, tokens + 1);
        return reading.nanos()
                - reading.end().timings().queued().toNanos()
                - reading.end().timings().prompt().toNanos();
    }

    /**
     * Time of a whole prompt, from the call to the end of a stream of one token. As in llama-bench, a run that does not
     * count comes right before.
     */
    long prompt(int[] prompt) {
        session.clear();
        read(prompt, 1);
        session.clear();
        return read(prompt, 1).nanos();
    }

    private record Reading(long nanos, GenerationEvent.Finished end) {}

    private Reading read(int[] prompt, int tokens) {
        GenerationOptions options =
                GenerationOptions.greedy(tokens).toBuilder().ignoreEnd(true).build();
        long start = System.nanoTime();
        GenerationEvent last = null;
        try (TokenStream stream = session.complete(prompt, options)) {
            while (stream.hasNext()) {
                last = stream.next();
            }
        }
        long nanos = System.nanoTime() - start;
        if (!(last instanceof GenerationEvent.Finished end)) {
            throw new BenchException("a stream ended without its finished event; report this");
        }
        if (end.usage().cachedTokens() != 0 || end.usage().generatedTokens() != tokens) {
            throw new BenchException("a round computed something else than it should (" + end.usage() + ", "
                    + end.reason() + " instead of " + tokens + " tokens of a fresh prompt); report this");
        }
        return new Reading(nanos, end);
    }

    @Override
    public void close() {
        session.close();
        engine.close();
        model.close();
    }
}
