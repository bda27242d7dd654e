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
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** One a thread. What they work in would be garbage of each matrix, and stay until somebody collects it. */
    private final List<RowQuantizer> makers = new ArrayList<>();

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
        for (int i = 0; i < threads; i++) {
            makers.add(new RowQuantizer(model, tensors, Optional.empty()));
        }
    }

    /** Whether a tensor is one that can be rounded so. */
    static boolean takes(QuantizedTensor tensor) {
        return !tensor.copied() && GptqSettings.takes(tensor.source(), tensor.type());
    }

    /**
     * Rounds all of them.
     *
     * @param nearest makes the rows of the other tensors
     */
    void run(Supplier<TensorFill.RowMaker> nearest) throws InterruptedException {
        try (Model loaded = load(model.path())) {
            TextChunks chunks = chunks(loaded);
            StatisticsOptions probe = new StatisticsOptions(settings.chunkTokens(), PROBE_CHUNKS, true, threads);
            SharedInputs inputs = SharedInputs.of(
                    Statistics.collect(loaded, settings.text(), probe, StatisticsListener.NONE), tensors, output);
            if (!settings.quantizedInputs()) {
                round(loaded, chunks, inputs);
                return;
            }
            // What is rounded without feedback is in a block, too: experts.
            new TensorFill(output, index -> !inputs.has(index), threads, listener).run(nearest, TensorFill.NOTE_EVERY);
            new BlockRounding(model, output, inputs, settings, threads, listener)
                    .run(loaded, chunks, new BlockRounding.Rounding() {
                        @Override
                        public void correct(GramMatrix gram, FloatBuffer cross) {
                            usable(gram, () -> Feedback.correction(cross, gram));
                        }

                        @Override
                        public void round(GramMatrix gram, @Nullable FloatBuffer correction)
                                throws InterruptedException {
                            GptqRounding.this.round(gram, correction, inputs.tensors(gram.weight()));
                        }
                    });
        }
    }

    static Model load(Path path) {
        return Model.load(path, ModelOptions.builder().cpuOnly().build());
    }

    private TextChunks chunks(Model loaded) {
        TextChunks all = TextChunks.of(loaded, settings.text(), settings.chunkTokens(), 0);
        return settings.chunks() == 0 ? all : all.first(settings.chunks());
    }

    private void round(Model loaded, TextChunks chunks, SharedInputs inputs) throws InterruptedException {
        try {
            GramMatrices.collect(
                    loaded,
                    chunks,
                    inputs.statistics(),
                    inputs.unwritten(),
                    threads,
                    settings.memoryBytes(),
                    listener::read,
                    gram -> roundUnlessInterrupted(gram, inputs.tensors(gram.weight())));
        } catch (Interruption e) {
            throw e.origin();
        }
    }

    private void roundUnlessInterrupted(GramMatrix gram, List<Integer> those) {
        try {
            round(gram, null, those);
        } catch (InterruptedException e) {
            throw new Interruption(e);
        }
    }

    private void round(GramMatrix gram, @Nullable FloatBuffer correction, List<Integer> those)
            throws InterruptedException {
        Feedback feedback = usable(gram, () -> Feedback.of(gram, correction));
        AtomicInteger begun = new AtomicInteger();
        new TensorFill(output, those::contains, threads, listener)
                .run(() -> makers.get(begun.getAndIncrement()).with(feedback), TensorFill.NOTE_EVERY);
    }

    private <T> T usable(GramMatrix gram, Supplier<T> work) {
        try {
            return work.get();
        } catch (ArithmeticException e) {
            throw new RecipeException(
                    Kind.VALUES,
                    model.path().toString(),
                    "what " + gram.weight() + " is multiplied with cannot be used: " + e.getMessage(),
                    "give a longer text, or leave --rounding out",
                    e);
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
}
