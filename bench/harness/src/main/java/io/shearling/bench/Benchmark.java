package io.shearling.bench;

import io.shearling.runtime.Model;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark: generation, prompt, load and memory of the Java API, each in turn with llama.cpp's own tool where there is
 * one. For one thread; it takes minutes, and an interrupt ends it with {@link CancelledException} or the runtime's own
 * exception.
 *
 * <p>Both sides get the same model file, threads, batch sizes and depth. All rounds of the Java side share one engine. Each
 * pair is warmed up by a round that does not count.
 */
public final class Benchmark {
    /** Memory is measured over so many times the tokens of the generation test: 256 by default. */
    private static final int MEMORY_FACTOR = 2;

    private final Path model;
    private final BenchOptions options;
    private final BenchListener listener;

    /** A benchmark of this GGUF file. */
    public Benchmark(Path model, BenchOptions options, BenchListener listener) {
        this.model = model;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Takes the figures.
     *
     * @throws BenchException when a tool fails
     */
    public BenchReport run() {
        listener.step("reading " + model.getFileName());
        ModelFacts facts = ModelFacts.of(model);
        List<Comparison> comparisons = new ArrayList<>();
        int threads;
        String commit = "";
        Optional<ProcessMemory> referenceMemory = Optional.empty();
        Optional<NeighbourFigures> neighbours = Optional.empty();
        try (JavaSide java = new JavaSide(model, options)) {
            threads = java.threads();
            LlamaBench bench = options.reference()
                    .map(tools -> new LlamaBench(tools, model, java.threads()))
                    .orElse(null);
            if (bench != null) {
                listener.step("warming llama-bench up");
                LlamaBench.Result first = bench.generation(memoryTokens(), options.depthTokens(), ToolRun.Watch.MEMORY);
                commit = first.buildCommit();
                referenceMemory = Optional.of(first.memory()).filter(memory -> !memory.equals(ProcessMemory.NONE));
            }
            if (options.generatedTokens() > 0) {
                comparisons.add(generation(java, bench));
            }
            if (options.promptTokens() > 0) {
                comparisons.add(prompt(java, bench));
            }
            if (options.neighbours() > 0 && options.generatedTokens() > 0) {
                neighbours = Optional.of(neighbours(java, bench));
            }
        }
        comparisons.add(load());
        listener.step("measuring memory");
        Optional<ProcessMemory> javaMemory = MemoryProbe.run(model, options.depthTokens(), memoryTokens(), threads);
        return new BenchReport(
                Instant.now(),
                Machine.current(),
                Build.current(commit),
                facts,
                threads,
                comparisons,
                neighbours,
                new MemoryFigures(
                        (long) MemoryProbe.HEAP_MIB << 20,
                        options.depthTokens(),
                        memoryTokens(),
                        javaMemory,
                        referenceMemory));
    }

    /** At least one, so that the whole way has been gone. */
    private int memoryTokens() {
        return Math.max(1, MEMORY_FACTOR * options.generatedTokens());
    }

    private Comparison generation(JavaSide java, @Nullable LlamaBench bench) {
        int tokens = options.generatedTokens();
        int depth = options.depthTokens();
        int[] prompt = PromptText.tokens(java.model().tokenizer(), depth);
        Measure measure = Measure.speed(
                "tg" + tokens + " @ d" + depth,
                tokens + " decodes of one token each after " + depth
                        + " tokens; Java: greedy, read from the stream, from the first token to the end",
                tokens);
        return trial(measure)
                .run(
                        () -> java.generation(prompt, tokens),
                        bench == null
                                ? null
                                : () -> bench.generation(tokens, depth, ToolRun.Watch.NO)
                                        .nanos());
    }

    private NeighbourFigures neighbours(JavaSide java, @Nullable LlamaBench bench) {
        int tokens = options.generatedTokens();
        int depth = options.depthTokens();
        int[] prompt = PromptText.tokens(java.model().tokenizer(), depth);
        String name = "tg" + tokens + " @ d" + depth;
        String description = name + ", beside " + options.neighbours() + " busy threads and without them";
        PairedTrial.Side mine = () -> java.generation(prompt, tokens);
        Comparison ours =
                trial(Measure.speed("Java " + name, description, tokens)).run(beside(mine), mine);
        if (bench == null) {
            return new NeighbourFigures(options.neighbours(), ours, Optional.empty());
        }
        PairedTrial.Side other =
                () -> bench.generation(tokens, depth, ToolRun.Watch.NO).nanos();
        Comparison theirs =
                trial(Measure.speed("llama.cpp " + name, description, tokens)).run(beside(other), other);
        return new NeighbourFigures(options.neighbours(), ours, Optional.of(theirs));
    }

    private PairedTrial.Side beside(PairedTrial.Side side) {
        return () -> {
            try (Neighbours busy = new Neighbours(options.neighbours())) {
                return side.nanos();
            }
        };
    }

    private Comparison prompt(JavaSide java, @Nullable LlamaBench bench) {
        int tokens = options.promptTokens();
        int[] prompt = PromptText.tokens(java.model().tokenizer(), tokens);
        Measure measure = Measure.speed(
                "pp" + tokens,
                "a prompt of " + tokens + " tokens; Java: from the call to the end of a stream of one token",
                tokens);
        return trial(measure)
                .run(
                        () -> java.prompt(prompt),
                        bench == null ? null : () -> bench.prompt(tokens).nanos());
    }

    private Comparison load() {
        Measure measure = Measure.time(
                "load",
                "Java: Model.load, its checks included; llama.cpp: llama_model_load_from_file in a C++ program;"
                        + " each in a process that has loaded the model before");
        Path tool = options.reference().flatMap(LlamaLoad::tool).orElse(null);
        return trial(measure).run(this::loadOnce, tool == null ? null : () -> LlamaLoad.nanos(tool, model));
    }

    private long loadOnce() {
        long start = System.nanoTime();
        Model loaded = Model.load(model, EngineSettings.model());
        long nanos = System.nanoTime() - start;
        loaded.close();
        return nanos;
    }

    private PairedTrial trial(Measure measure) {
        listener.step("measuring " + measure.name());
        return new PairedTrial(measure, options.rule(), listener);
    }
}
