package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.statistics.GramMatrices;
import io.shearling.recipes.statistics.GramMatrix;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.measure.RowRounder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes the matrices of a model that are rounded with error feedback: all that are multiplied with the same inputs together, as soon
 * as the Gram matrix of those is there. For one run, by one thread.
 */
final class GptqRounding {
    /** Chunks that tell which weights share inputs. */
    private static final int PROBE_CHUNKS = 2;

    private final GgufFile model;
    private final List<QuantizedTensor> tensors;
    private final GptqSettings settings;
    private final int threads;
    private final GgufPlacer output;
    private final QuantizationListener listener;

    GptqRounding(
            GgufFile model,
            List<QuantizedTensor> tensors,
            GptqSettings settings,
            int threads,
            GgufPlacer output,
            QuantizationListener listener) {
        this.model = model;
        this.tensors = tensors;
        this.settings = settings;
        this.threads = threads;
        this.output = output;
        this.listener = listener;
    }

    /** Whether a tensor is one that can be rounded so: a matrix that is no stack of experts. */
    static boolean takes(QuantizedTensor tensor) {
        boolean matrix =
                tensor.source().shape().rows() == tensor.source().shape().extent(1);
        return !tensor.copied() && matrix && RowRounder.supports(tensor.type());
    }

    /**
     * Rounds all of them.
     *
     * @param nearest makes the rows of the other tensors
     */
    void run(Supplier<TensorFill.RowMaker> nearest) throws InterruptedException {
        Path path = model.path();
        if (!settings.quantizedInputs()) {
            try (Model loaded = load(path)) {
                TextChunks chunks = chunks(loaded);
                Inputs inputs = inputs(loaded);
                List<String> wanted = inputs.unwritten();
                round(loaded, chunks, inputs, wanted, listener::read);
            }
            return;
        }
        Inputs inputs;
        List<List<String>> blocks;
        try (Model loaded = load(path)) {
            chunks(loaded);
            inputs = inputs(loaded);
            blocks = inputs.blocks();
        }
        // What is rounded without feedback stands before what is rounded with it, too: embeddings, experts.
        new TensorFill(output, index -> !inputs.has(index), threads, listener).run(nearest, TensorFill.NOTE_EVERY);
        int done = 0;
        for (List<String> block : blocks) {
            try (PrefixModel prefix = PrefixModel.write(model, tensors, output);
                    Model loaded = load(prefix.path())) {
                TextChunks chunks = chunks(loaded);
                int before = done * chunks.count();
                int all = blocks.size() * chunks.count();
                round(loaded, chunks, inputs, block, (read, ofPass) -> listener.read(before + read, all));
            }
            done++;
        }
    }

    private static Model load(Path path) {
        return Model.load(path, ModelOptions.builder().cpuOnly().build());
    }

    private TextChunks chunks(Model loaded) {
        TextChunks all = TextChunks.of(loaded, settings.text(), settings.chunkTokens(), 0);
        return settings.chunks() == 0 ? all : all.first(settings.chunks());
    }

    private void round(Model loaded, TextChunks chunks, Inputs inputs, List<String> wanted, StatisticsListener reading)
            throws InterruptedException {
        try {
            GramMatrices.collect(
                    loaded,
                    chunks,
                    inputs.statistics(),
                    wanted,
                    threads,
                    settings.memoryBytes(),
                    reading,
                    gram -> round(gram, inputs.tensors(gram.weight())));
        } catch (Interruption e) {
            throw e.origin();
        }
    }

    private void round(GramMatrix gram, List<Integer> those) {
        Feedback feedback;
        try {
            feedback = Feedback.of(gram);
        } catch (ArithmeticException e) {
            throw new RecipeException(
                    Kind.VALUES,
                    model.path().toString(),
                    "what " + gram.weight() + " is multiplied with cannot be used: " + e.getMessage(),
                    "give a longer text, or leave --rounding out",
                    e);
        }
        try {
            new TensorFill(output, those::contains, threads, listener)
                    .run(() -> new RowQuantizer(model, tensors, feedback), TensorFill.NOTE_EVERY);
        } catch (InterruptedException e) {
            throw new Interruption(e);
        }
    }

    /** An interrupt on its way through a consumer, which cannot throw one. */
    private static final class Interruption extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final InterruptedException origin;

        Interruption(InterruptedException origin) {
            super(origin);
            this.origin = origin;
        }

        InterruptedException origin() {
            return origin;
        }
    }

    private Inputs inputs(Model loaded) {
        StatisticsOptions probe = new StatisticsOptions(settings.chunkTokens(), PROBE_CHUNKS, true, threads);
        Statistics statistics = Statistics.collect(loaded, settings.text(), probe, StatisticsListener.NONE);
        Map<String, List<Integer>> byInput = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            String input = statistics.inputs().get(tensors.get(i).name());
            if (input != null && takes(tensors.get(i))) {
                byInput.computeIfAbsent(input, name -> new ArrayList<>()).add(i);
            }
        }
        return new Inputs(statistics, byInput);
    }

    /** What is multiplied with what. */
    private final class Inputs {
        private final Statistics statistics;

        /** The tensors that are rounded, by the first weight that has their inputs. */
        private final Map<String, List<Integer>> byInput;

        Inputs(Statistics statistics, Map<String, List<Integer>> byInput) {
            this.statistics = statistics;
            this.byInput = byInput;
        }

        Statistics statistics() {
            return statistics;
        }

        List<Integer> tensors(String input) {
            return byInput.getOrDefault(input, List.of());
        }

        boolean has(int tensor) {
            return byInput.values().stream().anyMatch(those -> those.contains(tensor));
        }

        /** In the order in which they are computed; without those that a run before this one has done. */
        List<String> unwritten() {
            return statistics.inputs().keySet().stream()
                    .filter(byInput::containsKey)
                    .filter(input -> !tensors(input).stream().allMatch(this::isWritten))
                    .toList();
        }

        private boolean isWritten(int tensor) {
            return output.isWritten(
                    output.tensors().get(tensor),
                    0,
                    output.tensors().get(tensor).sizeBytes());
        }

        /** The same, block after block. */
        List<List<String>> blocks() {
            Map<String, List<String>> blocks = new LinkedHashMap<>();
            for (String input : unwritten()) {
                int end = input.startsWith("blk.") ? input.indexOf('.', "blk.".length()) : -1;
                blocks.computeIfAbsent(input.substring(0, end < 0 ? input.length() : end), name -> new ArrayList<>())
                        .add(input);
            }
            return List.copyOf(blocks.values());
        }
    }
}
