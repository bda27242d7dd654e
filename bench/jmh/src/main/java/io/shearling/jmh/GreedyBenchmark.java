package io.shearling.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shearling.core.Core;
import io.shearling.core.shl_context;
import io.shearling.core.shl_context_params;
import io.shearling.core.shl_model;
import io.shearling.core.shl_model_params;
import io.shearling.core.shl_sampler;
import io.shearling.llama.Llama;
import io.shearling.llama.llama_context;
import io.shearling.llama.llama_sampler;
import io.shearling.runtime.Device;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Choosing the most likely of 49,152 tokens: the core's sampler and llama.cpp's chain over the same logits of the same context.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GreedyBenchmark {
    private final shl_model model = new shl_model();
    private final shl_context context = new shl_context();
    private final shl_sampler sampler = new shl_sampler();
    private final int[] token = new int[1];
    private int index;
    private llama_context llamaContext = new llama_context();
    private llama_sampler chain = new llama_sampler();

    /** Decodes a prompt, so that there are logits, and sees that both sides choose the same. */
    @Setup
    public void decode() {
        Device.all(); // loads the back ends
        try (shl_model_params modelParams = new shl_model_params();
                shl_context_params contextParams = new shl_context_params()) {
            Core.shl_model_params_default(modelParams);
            check(Core.shl_model_load(DefaultModel.file().toString(), modelParams, null, model));
            Core.shl_context_params_default(contextParams);
            check(Core.shl_context_new(model, contextParams.context_tokens(256), context));
        }
        byte[] prompt = "The wool of a sheep is".getBytes(UTF_8);
        int[] tokens = new int[64];
        int[] count = new int[1];
        check(Core.shl_tokenize(model, prompt, prompt.length, true, false, tokens, tokens.length, count));
        int[] first = new int[1];
        int[] run = Arrays.copyOf(tokens, count[0]);
        check(Core.shl_batch_add(context, 0, 0, run, run.length, Core.SHL_OUTPUTS_LAST, first));
        check(Core.shl_context_decode(context));
        index = first[0] + run.length - 1;
        check(Core.shl_sampler_new(model, sampler));
        check(Core.shl_sampler_add_greedy(sampler));
        llamaContext = new llama_context(Core.shl_context_native(context));
        chain = Llama.llama_sampler_chain_init(Llama.llama_sampler_chain_default_params());
        Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_greedy());
        if (core() != llamaChain()) {
            throw new IllegalStateException("the two samplers choose different tokens");
        }
    }

    /** Frees the handles. */
    @TearDown
    public void free() {
        Llama.llama_sampler_free(chain);
        Core.shl_sampler_free(sampler);
        Core.shl_context_free(context);
        Core.shl_model_free(model);
    }

    /** The core's. */
    @Benchmark
    public int core() {
        check(Core.shl_sampler_sample(sampler, context, index, token));
        return token[0];
    }

    /** A chain of llama.cpp with its greedy sampler. */
    @Benchmark
    public int llamaChain() {
        return Llama.llama_sampler_sample(chain, llamaContext, -1);
    }

    private static void check(int status) {
        if (status != Core.SHL_OK) {
            throw new IllegalStateException(Core.shl_last_error());
        }
    }
}
