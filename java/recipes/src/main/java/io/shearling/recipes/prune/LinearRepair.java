package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.linalg.LinearFit;
import io.shearling.recipes.linalg.Product;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.measure.BlockPlace;
import io.shearling.runtime.measure.NativeFloats;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/**
 * Folds a linear map into the layer before the ones that go. Let M be what that layer's feed-forward part adds, X what comes out of the
 * layer, and X' what came out of the last one that goes. X + C M is to be X', which is least squares of X' - X; with T = 1 + C it is
 * ReplaceMe's problem, whose ridge holds T to 1, where the layers simply go. M is linear in {@code ffn_down}, which becomes T {@code
 * ffn_down}.
 */
final class LinearRepair implements LayerRepair {
    /** Those whose layers add what attention gives, and to that what the feed-forward part gives, with no norm in between. */
    private static final Set<String> SEQUENTIAL = Set.of(
            "arcee",
            "baichuan",
            "deci",
            "ernie4_5",
            "exaone",
            "granite",
            "internlm2",
            "llama",
            "orion",
            "qwen2",
            "qwen3",
            "seed_oss",
            "starcoder2",
            "xverse");

    private final Repair.Linear repair;
    private final GgufFile model;
    private final int width;
    private final int layer;
    private final int last;

    private LinearRepair(Repair.Linear repair, GgufFile model, int width, int layer, int last) {
        this.repair = repair;
        this.model = model;
        this.width = width;
        this.layer = layer;
        this.last = last;
    }

    static LinearRepair of(Repair.Linear repair, GgufFile model, ModelShape shape, LayerCut cut) {
        String path = model.path().toString();
        if (!SEQUENTIAL.contains(shape.architecture())) {
            throw new RecipeException(
                    Kind.MODEL,
                    path,
                    "what layers of the architecture " + shape.architecture() + " add cannot be mapped",
                    "leave --repair out, or take a model of "
                            + String.join(", ", SEQUENTIAL.stream().sorted().toList()));
        }
        int first = cut.removed().get(0);
        int last = cut.removed().get(cut.removed().size() - 1);
        if (last - first + 1 != cut.removed().size()) {
            throw new RecipeException(
                    Kind.MODEL,
                    path,
                    "the layers " + cut.removed() + " are no run, and one map stands for one run",
                    "take layers that follow one another, as --rule middle does, or --repair merge");
        }
        if (first == 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    path,
                    "the layers that go begin with layer 0, and there is none before it that could be repaired",
                    "keep layer 0");
        }
        LinearRepair made = new LinearRepair(repair, model, shape.embeddingLength(), first - 1, last);
        LayerRepair.requireNumbers(
                model,
                model.tensor(made.name("weight"))
                        .orElseThrow(() -> new RecipeException(
                                Kind.MODEL,
                                path,
                                "layer " + (first - 1) + ", which would be repaired, has no " + made.name("weight"),
                                "keep another layer before those that go, or leave --repair out")));
        return made;
    }

    private String name(String kind) {
        return "blk." + layer + ".ffn_down." + kind;
    }

    @Override
    public boolean has(TensorInfo source) {
        return source.name().equals(name("weight")) || source.name().equals(name("bias"));
    }

    @Override
    public String settings() {
        StatisticsOptions options = repair.options();
        return ", linear " + repair.ridge() + " by " + repair.text().sha256() + " in " + options.chunks() + " of "
                + options.chunkTokens();
    }

    @Override
    public void put(GgufMetadata.Builder keys) {
        CalibrationTexts.of(model.metadata())
                .and(CalibrationTexts.of(repair.text()))
                .put(keys);
    }

    @Override
    public NewValues values(int threads, PruningListener listener) {
        return folded(map(threads, listener));
    }

    /** C: [width, width]. */
    private float[] map(int threads, PruningListener listener) {
        StatisticsOptions options = repair.options();
        ModelOptions cpu = ModelOptions.builder().cpuOnly().build();
        try (Model loaded = Model.load(model.path(), cpu)) {
            TextChunks all = TextChunks.of(loaded, repair.text(), options.chunkTokens(), 0);
            TextChunks chunks = options.chunks() == 0 ? all : all.first(options.chunks());
            StatisticsSettings settings =
                    StatisticsSettings.upTo(last, options.chunkTokens(), threads, List.of(), false);
            return Statistics.known(loaded.name(), () -> {
                try (StatisticsCollector collector = new StatisticsCollector(loaded, settings);
                        LinearFit fit = new LinearFit(width, chunks.size())) {
                    return map(collector, fit, chunks, listener);
                }
            });
        }
    }

    private float[] map(StatisticsCollector collector, LinearFit fit, TextChunks chunks, PruningListener listener) {
        collector.keepStates(layer, BlockPlace.FEED_FORWARD);
        collector.keepStates(layer, BlockPlace.END);
        collector.keepStates(last, BlockPlace.END);
        int size = Math.multiplyExact(chunks.size(), width);
        float[] added = new float[size];
        float[] end = new float[size];
        float[] wanted = new float[size];
        listener.read(0, chunks.count());
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
            collector.add(chunks.chunk(chunk));
            collector.states(layer, BlockPlace.FEED_FORWARD, added);
            collector.states(layer, BlockPlace.END, end);
            collector.states(last, BlockPlace.END, wanted);
            for (int i = 0; i < size; i++) {
                added[i] = end[i] - added[i];
                wanted[i] -= end[i];
            }
            fit.add(added, wanted, chunks.size());
            listener.read(chunk + 1, chunks.count());
        }
        try {
            return fit.solve(repair.ridge());
        } catch (ArithmeticException e) {
            throw new RecipeException(
                    Kind.VALUES,
                    model.path().toString(),
                    "what layers " + layer + " to " + last + " give cannot be used: " + e.getMessage(),
                    "give a longer text, or leave --repair out",
                    e);
        }
    }

    /** (1 + C) times the weight, and the bias if there is one. */
    private NewValues folded(float[] map) {
        TensorInfo weight = model.tensor(name("weight")).orElseThrow();
        int columns = Math.toIntExact(weight.shape().columns());
        float[] values = FloatTensor.rows(model, weight, 0, width);
        NativeFloats made = NativeFloats.allocate(values.length);
        try (NativeFloats before = NativeFloats.allocate(values.length);
                NativeFloats factor = NativeFloats.allocate(map.length)) {
            FloatBuffer result = made.buffer();
            result.duplicate().put(values);
            Product.add(
                    factor.buffer().put(map).rewind(),
                    before.buffer().put(values).rewind(),
                    result,
                    width,
                    width,
                    columns);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
        return new Folded(
                made, model.tensor(name("bias")).map(bias -> mapped(map, bias)).orElse(new float[0]));
    }

    private float[] mapped(float[] map, TensorInfo bias) {
        float[] before = FloatTensor.rows(model, bias, 0, 1);
        float[] made = new float[width];
        for (int i = 0; i < width; i++) {
            double sum = before[i];
            for (int j = 0; j < width; j++) {
                sum += (double) map[i * width + j] * before[j];
            }
            made[i] = (float) sum;
        }
        return made;
    }

    private final class Folded implements NewValues {
        private final NativeFloats weight;
        private final float[] bias;

        Folded(NativeFloats weight, float[] bias) {
            this.weight = weight;
            this.bias = bias;
        }

        @Override
        public void rows(PrunedTensor tensor, long firstRow, int rows, float[] out) {
            if (tensor.output().name().equals(name("bias"))) {
                System.arraycopy(bias, 0, out, 0, bias.length);
                return;
            }
            int columns = Math.toIntExact(tensor.output().shape().columns());
            weight.buffer().position(Math.toIntExact(firstRow * columns)).get(out, 0, rows * columns);
        }

        @Override
        public void close() {
            weight.close();
        }
    }
}
