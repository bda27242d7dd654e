package io.shearling.jmh;

import io.shearling.core.Core;
import io.shearling.core.shl_context;
import io.shearling.core.shl_context_params;
import io.shearling.core.shl_model;
import io.shearling.core.shl_model_params;
import io.shearling.core.shl_sampler;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A token of a tiny model: by the native steps alone, and as events of a stream that another thread reads. The difference is
 * what Java costs a token, the hand-over from the engine's thread to the reader with it.
 */
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(StreamBenchmark.TOKENS)
public class StreamBenchmark {
    static final int TOKENS = 400;

    private static final int[] PROMPT = {1, 300, 301, 302};
    private static final GenerationOptions GREEDY =
            GenerationOptions.greedy(TOKENS).toBuilder().ignoreEnd(true).build();

    private final Path folder = folder();
    private final Path file = TinyModels.in(folder).llama(1);

    private final Model model = Model.load(file);
    private final Session session = model.newSession(
            EngineOptions.builder().contextTokens(512).threads(1).build());

    private final shl_model nativeModel = new shl_model();
    private final shl_context context = new shl_context();
    private final shl_sampler sampler = new shl_sampler();
    private final int[] one = new int[1];
    private final int[] index = new int[1];
    private final boolean[] removed = new boolean[1];

    private static Path folder() {
        try {
            return Files.createTempDirectory("shearling-jmh");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same shape of context as the session has. */
    @Setup
    public void open() {
        try (shl_model_params modelParams = new shl_model_params();
                shl_context_params contextParams = new shl_context_params()) {
            Core.shl_model_params_default(modelParams);
            check(Core.shl_model_load(file.toString(), modelParams, null, nativeModel));
            Core.shl_context_params_default(contextParams);
            check(Core.shl_context_new(
                    nativeModel, contextParams.context_tokens(512).threads(1), context));
        }
        check(Core.shl_sampler_new(nativeModel, sampler));
        check(Core.shl_sampler_add_greedy(sampler));
    }

    /** Frees the handles. */
    @TearDown
    public void close() throws IOException {
        Core.shl_sampler_free(sampler);
        Core.shl_context_free(context);
        Core.shl_model_free(nativeModel);
        session.close();
        model.close();
        Files.delete(file);
        Files.delete(folder);
    }

    /** Computes and chooses, nothing else. */
    @Benchmark
    public int steps() {
        check(Core.shl_memory_remove(context, 0, 0, -1, removed));
        step(0, PROMPT);
        for (int i = 1; i < TOKENS; i++) {
            step(PROMPT.length + i - 1, one);
        }
        return one[0];
    }

    private void step(int position, int[] tokens) {
        Core.shl_batch_clear(context);
        check(Core.shl_batch_add(context, 0, position, tokens, tokens.length, Core.SHL_OUTPUTS_LAST, index));
        check(Core.shl_context_decode(context));
        check(Core.shl_sampler_sample(sampler, context, index[0] + tokens.length - 1, one));
    }

    /** Reads the events as they come. */
    @Benchmark
    public int stream() {
        int events = 0;
        try (TokenStream stream = session.complete(PROMPT, GREEDY)) {
            while (stream.hasNext()) {
                stream.next();
                events++;
            }
        }
        return events;
    }

    private static void check(int status) {
        if (status != Core.SHL_OK) {
            throw new IllegalStateException(Core.shl_last_error());
        }
    }
}
