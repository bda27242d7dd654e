package io.shearling.recipes.speed;

import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Measures models by letting them read and write, with an engine as it is by default. Immutable. */
public final class SpeedProbe {
    /** Tokens of the prompt, where the context has room for them. */
    public static final int PROMPT_TOKENS = 512;

    private static final int SHORT_PROMPT = 8;
    private static final int GENERATED_TOKENS = 48;
    private static final int ROUNDS = 5;

    private final int[] prompt;

    /** A probe that reads these tokens, and writes after the first of them. */
    public SpeedProbe(int[] tokens) {
        if (tokens.length < SHORT_PROMPT) {
            throw new IllegalArgumentException("A probe has " + SHORT_PROMPT + " tokens at least.");
        }
        prompt = tokens.clone();
    }

    /**
     * The speed of a model: the median of five rounds.
     *
     * @throws io.shearling.runtime.error.ShearlingException when the model writes no text or there is no memory
     */
    public Speed measure(Model model) {
        EngineOptions options = EngineOptions.builder()
                .contextTokens(Math.max(prompt.length, SHORT_PROMPT + GENERATED_TOKENS) + 2)
                .build();
        try (Engine engine = model.newEngine(options);
                Session session = engine.newSession()) {
            int[] beginning = Arrays.copyOf(prompt, SHORT_PROMPT);
            read(session, prompt, 1); // the first touch of the weights does not count
            double reading = median(round ->
                    prompt.length / seconds(read(session, prompt, 1).timings().prompt()));
            double writing = median(round -> GENERATED_TOKENS
                    / seconds(read(session, beginning, GENERATED_TOKENS + 1)
                            .timings()
                            .generation()));
            return new Speed(writing, reading);
        }
    }

    private static double seconds(Duration duration) {
        return Math.max(1, duration.toNanos()) * 1e-9;
    }

    private static double median(IntToDoubleFunction round) {
        double[] values = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            values[i] = round.applyAsDouble(i);
        }
        Arrays.sort(values);
        return values[ROUNDS / 2];
    }

    private static GenerationEvent.Finished read(Session session, int[] prompt, int tokens) {
        session.clear();
        GenerationOptions options =
                GenerationOptions.greedy(tokens).toBuilder().ignoreEnd(true).build();
        GenerationEvent last = null;
        try (TokenStream stream = session.complete(prompt, options)) {
            while (stream.hasNext()) {
                last = stream.next();
            }
        }
        if (last instanceof GenerationEvent.Finished end) {
            return end;
        }
        throw new IllegalStateException("a stream ended without its finished event; report this");
    }
}
