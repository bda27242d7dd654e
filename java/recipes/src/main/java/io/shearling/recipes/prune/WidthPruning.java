package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.model.LayerCounts;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A narrower model, of Llama's kind: feed-forward parts without some of their neurons, attention without some of its key/value heads
 * and all of their queries, states between the layers without some of their elements. A text tells which; the neurons and heads that
 * go leave their mean as a bias (FLAP, arXiv 2312.11983). Where layers become different the model becomes one of llama.cpp's
 * architecture {@code deci}, which any llama.cpp runs.
 *
 * <p>The text is read when this is made.
 */
public final class WidthPruning extends Pruning {
    private final KeptUnits kept;

    private WidthPruning(GgufFile model, WidthOptions options, KeptUnits kept, CutTensors cut, CalibrationTexts texts) {
        super(
                model,
                true,
                "narrower by " + options.text().sha256() + ", " + options.reading() + ", " + options.bias() + ", "
                        + kept.settings(),
                keys(model, kept),
                cut.tensors(),
                cut,
                texts);
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
            SourceWidths source = require(model, options);
            WidthChoice choice = new WidthChoice(model, source, options);
            // What can be refused without the text is.
            choice.kept(WidthScores.unknown(source));
            ImportanceFile statistics = read(path, options, threads, listener);
            KeptUnits kept = choice.kept(WidthScores.of(model, source, options, statistics));
            return new WidthPruning(
                    model, options, kept, cut(model, options, kept, statistics), CalibrationTexts.of(options.text()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Plans a model of the same size without a look at the text, which may be any: units that stay are evenly spread over the layers.
     * It is not to be written but as a file with holes.
     *
     * @throws RecipeException as {@link #of}, but for the text
     */
    public static WidthPruning foretold(Path path, WidthOptions options) {
        GgufFile model = GgufFile.open(path);
        try {
            SourceWidths source = require(model, options);
            KeptUnits kept = new WidthChoice(model, source, options).kept(WidthScores.unknown(source));
            // Means are looked for when data is written, and there is to be none.
            return new WidthPruning(
                    model, options, kept, cut(model, options, kept, ImportanceFile.EMPTY), CalibrationTexts.NONE);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static CutTensors cut(GgufFile model, WidthOptions options, KeptUnits kept, ImportanceFile statistics) {
        return new CutTensors(model, kept, options.bias() ? Optional.of(statistics) : Optional.empty());
    }

    private static SourceWidths require(GgufFile model, WidthOptions options) {
        SourceWidths source = SourceWidths.of(model);
        WidthShares shares = options.shares();
        if (shares.heads() < 1) {
            model.tensors().stream()
                    .filter(tensor -> tensor.name().contains(".attn_qkv."))
                    .findFirst()
                    .ifPresent(tensor -> {
                        throw new RecipeException(
                                Kind.MODEL,
                                model.path().toString(),
                                "it has queries, keys and values in one tensor, " + tensor.name()
                                        + ", of which heads cannot go",
                                "cut the feed-forward parts or the state");
                    });
        }
        CutTensors.requirePlain(model, side -> switch (side) {
            case NEURONS -> shares.feedForward() < 1;
            case HIDDEN -> shares.hidden() < 1;
            default -> shares.heads() < 1;
        });
        return source;
    }

    private static ImportanceFile read(Path path, WidthOptions options, int threads, PruningListener listener) {
        StatisticsOptions reading = options.reading().withThreads(threads);
        try (Model loaded = Model.load(path, ModelOptions.builder().cpuOnly().build())) {
            TextChunks all = TextChunks.of(loaded, options.text(), reading.chunkTokens(), 0);
            TextChunks chunks = reading.chunks() == 0 ? all : all.first(reading.chunks());
            return Statistics.collect(loaded, options.text(), chunks, reading, listener::read)
                    .importance();
        }
    }

    private static GgufMetadata keys(GgufFile model, KeptUnits kept) {
        ModelShape shape = kept.source().shape();
        int[] all = IntStream.range(0, shape.blockCount()).toArray();
        // The others of its kind want heads that together are as wide as the state, and know no biases.
        boolean stays = shape.architecture().equals("llama");
        GgufMetadata keys = UnevenKeys.of(
                LayerKeys.of(model.metadata(), shape.architecture(), shape.blockCount(), all),
                shape,
                kept.widths(),
                stays);
        return keys.toBuilder()
                .put(
                        keys.string("general.architecture") + ".embedding_length",
                        GgufValue.u32(kept.hidden().size()))
                .build();
    }

    @Override
    public List<PackedLayer> origins() {
        return IntStream.range(0, blockCount()).mapToObj(PackedLayer::whole).toList();
    }

    @Override
    public int blockCount() {
        return kept.source().shape().blockCount();
    }

    @Override
    public int layers() {
        return blockCount();
    }

    /** Neurons of each layer of the model that is written. */
    public LayerCounts feedForward() {
        return kept.widths().feedForward();
    }

    /** Key/value heads of each layer of the model that is written. */
    public LayerCounts headsKv() {
        return kept.widths().headsKv();
    }

    /** Elements of the states of the model that is written. */
    public int embeddingLength() {
        return kept.hidden().size();
    }

    /** Elements of the states of the model that is read. */
    public int sourceEmbeddingLength() {
        return kept.source().shape().embeddingLength();
    }

    /** Neurons of the model that is read, of all layers. */
    public long sourceNeurons() {
        return kept.source().shape().feedForwardLength().sum();
    }

    /** Key/value heads of the model that is read, of all layers. */
    public long sourceHeadsKv() {
        return kept.source().shape().headCountKv().sum();
    }
}
