package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.LayerCounts;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.prune.KeptUnits.Side;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model with narrower layers, of Llama's kind: feed-forward parts without some of their neurons, attention without some of its
 * key/value heads and all of their queries. A text tells which; what goes leaves its mean as a bias (FLAP, arXiv 2312.11983). Where
 * layers become different the model becomes one of llama.cpp's architecture {@code deci}, which any llama.cpp runs.
 *
 * <p>The text is read when this is made.
 */
public final class WidthPruning extends Pruning {
    /** Elements of a block of the k-quants, and of the other types. */
    private static final int[] BLOCKS = {256, 32};

    private static final Set<String> BIASED = Set.of(LlamaGraph.UNEVEN, "llama");

    private final KeptUnits kept;

    private WidthPruning(
            GgufFile model,
            String settings,
            KeptUnits kept,
            GgufMetadata keys,
            CutTensors cut,
            CalibrationTexts texts) {
        super(model, true, settings, keys, cut.tensors(), cut, texts);
        this.kept = kept;
    }

    /**
     * Reads the text and plans the model. Blocks.
     *
     * @param path the model, or the first of its parts
     * @param threads that compute
     * @param listener is told of the chunks that are read
     * @throws RecipeException when the model is of another kind or quantized, the text is too short, or so little is to go that nothing
     *     would
     * @throws io.shearling.formats.gguf.GgufException when the model cannot be read
     */
    public static WidthPruning of(Path path, WidthOptions options, int threads, PruningListener listener) {
        GgufFile model = GgufFile.open(path);
        try {
            ModelShape shape = LlamaGraph.require(model);
            require(model, shape, options);
            ImportanceFile statistics = read(path, options, threads, listener);
            KeptUnits kept = kept(model, shape, options, statistics);
            CutTensors cut = new CutTensors(model, kept, statistics, options.bias());
            String settings = "narrower by " + options.text().sha256() + ", " + options.bias() + ", " + cut;
            return new WidthPruning(model, settings, kept, keys(model, kept), cut, CalibrationTexts.of(options.text()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static void require(GgufFile model, ModelShape shape, WidthOptions options) {
        String path = model.path().toString();
        if (options.bias() && !BIASED.contains(shape.architecture())) {
            throw new RecipeException(
                    Kind.MODEL,
                    path,
                    "models of the architecture " + shape.architecture()
                            + " have no biases that could make up for what goes",
                    "leave them out with --no-bias");
        }
        if (options.heads() < 1) {
            model.tensors().stream()
                    .filter(tensor -> tensor.name().contains(".attn_qkv."))
                    .findFirst()
                    .ifPresent(tensor -> {
                        throw new RecipeException(
                                Kind.MODEL,
                                path,
                                "it has queries, keys and values in one tensor, " + tensor.name(),
                                "cut the feed-forward parts alone, with --ffn");
                    });
        }
        CutTensors.requirePlain(
                model, cut -> cut.side() == Side.NEURONS ? options.feedForward() < 1 : options.heads() < 1);
    }

    private static ImportanceFile read(Path path, WidthOptions options, int threads, PruningListener listener) {
        StatisticsOptions reading = options.reading();
        try (Model loaded = Model.load(path, ModelOptions.builder().cpuOnly().build())) {
            int there = TextChunks.of(loaded, options.text(), reading.chunkTokens(), 0)
                    .count();
            int chunks = reading.chunks() == 0 ? there : Math.min(there, reading.chunks());
            return Statistics.collect(
                            loaded,
                            options.text(),
                            new StatisticsOptions(reading.chunkTokens(), chunks, false, threads),
                            listener::read)
                    .importance();
        }
    }

    private static KeptUnits kept(GgufFile model, ModelShape shape, WidthOptions options, ImportanceFile statistics) {
        List<double[]> neurons = new ArrayList<>();
        List<double[]> heads = new ArrayList<>();
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            neurons.add(
                    options.feedForward() == 1
                            ? new double[shape.feedForwardLength().layer(layer)]
                            : scores(
                                    model,
                                    "blk." + layer + ".ffn_down.weight",
                                    shape.feedForwardLength().layer(layer),
                                    1,
                                    options,
                                    statistics));
            int width = KeptUnits.group(shape, layer) * shape.valueLength();
            heads.add(
                    options.heads() == 1
                            ? new double[shape.headCountKv().layer(layer)]
                            : scores(
                                    model,
                                    "blk." + layer + ".attn_output.weight",
                                    shape.headCountKv().layer(layer),
                                    width,
                                    options,
                                    statistics));
        }
        KeptUnits kept = new KeptUnits(
                shape,
                UnitChoice.kept(neurons, options.feedForward(), multiple(model, shape, options), options.layerwise()),
                UnitChoice.kept(heads, options.heads(), headMultiple(shape), options.layerwise()));
        if (IntStream.range(0, shape.blockCount())
                .allMatch(layer -> kept.all(layer, Side.NEURONS) && kept.all(layer, Side.RESULTS))) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "so little is to go that in multiples of " + multiple(model, shape, options) + " neurons and "
                            + headMultiple(shape) + " key/value heads nothing does",
                    "keep less, or smaller multiples with --multiple");
        }
        return kept;
    }

    private static double[] scores(
            GgufFile model, String name, int units, int each, WidthOptions options, ImportanceFile statistics) {
        if (units == 0) {
            return new double[0];
        }
        TensorInfo matrix = model.tensor(name)
                .filter(found -> found.shape().columns() == (long) units * each)
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "it has no " + name + " of " + (long) units * each + " columns",
                        "get the model again, or convert it again"));
        double[] scores = ColumnScores.of(model, matrix, ColumnScores.statistics(statistics, matrix), options.score());
        return ColumnScores.grouped(scores, each);
    }

    private static int multiple(GgufFile model, ModelShape shape, WidthOptions options) {
        int[] widths = shape.feedForwardLength().toArray();
        if (options.multiple() > 0) {
            int wanted = options.multiple();
            if (options.feedForward() < 1 && Arrays.stream(widths).anyMatch(width -> width % wanted != 0)) {
                throw new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "its feed-forward parts of " + shape.feedForwardLength() + " neurons are no multiples of "
                                + wanted,
                        "give a multiple that divides them");
            }
            return options.feedForward() < 1 ? wanted : 1;
        }
        return Arrays.stream(BLOCKS)
                .filter(block -> Arrays.stream(widths).allMatch(width -> width % block == 0))
                .findFirst()
                .orElse(1);
    }

    /** Heads stay in numbers whose results fill blocks of the k-quants, where they did so before. */
    private static int headMultiple(ModelShape shape) {
        int multiple = 1;
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            int width = KeptUnits.group(shape, layer) * shape.valueLength();
            int headsKv = shape.headCountKv().layer(layer);
            if (headsKv > 0 && (long) width * headsKv % BLOCKS[0] == 0) {
                int own = BLOCKS[0]
                        / BigInteger.valueOf(width)
                                .gcd(BigInteger.valueOf(BLOCKS[0]))
                                .intValue();
                multiple = Math.max(multiple, own);
            }
        }
        int all = multiple;
        return Arrays.stream(shape.headCountKv().toArray()).allMatch(heads -> heads % all == 0) ? all : 1;
    }

    private static GgufMetadata keys(GgufFile model, KeptUnits kept) {
        ModelShape shape = kept.shape();
        int[] all = IntStream.range(0, shape.blockCount()).toArray();
        GgufMetadata keys = LayerKeys.of(model.metadata(), shape.architecture(), shape.blockCount(), all);
        return UnevenKeys.of(keys, shape, kept.widths());
    }

    @Override
    public int blockCount() {
        return kept.shape().blockCount();
    }

    @Override
    public int layers() {
        return kept.shape().blockCount();
    }

    /** Neurons of each layer of the model that is written. */
    public LayerCounts feedForward() {
        return kept.widths().feedForward();
    }

    /** Key/value heads of each layer of the model that is written. */
    public LayerCounts headsKv() {
        return kept.widths().headsKv();
    }

    /** Neurons of the model that is read, of all layers. */
    public long sourceNeurons() {
        return Arrays.stream(kept.shape().feedForwardLength().toArray()).sum();
    }

    /** Key/value heads of the model that is read, of all layers. */
    public long sourceHeadsKv() {
        return Arrays.stream(kept.shape().headCountKv().toArray()).sum();
    }
}
