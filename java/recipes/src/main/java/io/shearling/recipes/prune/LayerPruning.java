package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model without some of its layers: planned when it is made, and written by {@link #write}. Each layer adds to what the one before
 * it gives, so what is left still speaks, less well. The data of the others is copied as it is, whatever its types.
 *
 * <pre>{@code
 * try (LayerPruning pruning = LayerPruning.of(Path.of("model.gguf"), new LayerChoice.Ruled(LayerRule.MIDDLE, 3))) {
 *     pruning.write(Path.of("pruned.gguf"), SplitRule.NONE, 2, (done, all) -> {});
 * }
 * }</pre>
 */
public final class LayerPruning extends Pruning {
    private final LayerCut cut;

    private LayerPruning(GgufFile model, boolean owned, LayerCut cut, LayerRepair repair, CalibrationTexts texts) {
        super(
                model,
                owned,
                "without layers " + cut.removed() + repair.settings(),
                keys(model, cut, repair),
                tensors(model, cut, repair),
                repair.remake(),
                texts);
        this.cut = cut;
    }

    private static GgufMetadata keys(GgufFile model, LayerCut cut, LayerRepair repair) {
        String architecture = model.metadata().string("general.architecture");
        GgufMetadata.Builder keys =
                LayerKeys.of(model.metadata(), architecture, cut.blockCount(), cut.kept()).toBuilder();
        repair.put(keys);
        return keys.build();
    }

    private static List<PrunedTensor> tensors(GgufFile model, LayerCut cut, LayerRepair repair) {
        List<PrunedTensor> tensors = new ArrayList<>();
        for (TensorInfo tensor : model.tensors()) {
            cut.renamed(tensor.name()).ifPresent(name -> tensors.add(repair.tensor(tensor, name)));
        }
        return tensors;
    }

    /**
     * Plans it.
     *
     * @param path the model, or the first of its parts
     * @throws RecipeException when these layers cannot be removed from it
     * @throws io.shearling.formats.gguf.GgufException when the model cannot be read
     */
    public static LayerPruning of(Path path, LayerChoice choice) {
        return of(path, choice, null);
    }

    /**
     * The same, with a repair of the layers that stay. It is done while the model is written.
     *
     * @param repair null for none
     * @throws RecipeException as above, and when the repair does not go with these layers
     */
    public static LayerPruning of(Path path, LayerChoice choice, @Nullable Repair repair) {
        return of(path, choice, repair, CalibrationTexts.NONE);
    }

    /**
     * The same.
     *
     * @param texts that the layers were chosen by measuring with, which the output tells of
     */
    public static LayerPruning of(Path path, LayerChoice choice, @Nullable Repair repair, CalibrationTexts texts) {
        GgufFile model = GgufFile.open(path);
        try {
            LayerCut cut = cut(path, blockCount(model), choice);
            requireAttention(model, cut.kept()[0]);
            LayerRepair checked = LayerRepair.of(repair, model, ModelShape.of(model.metadata()), cut);
            return new LayerPruning(model, true, cut, checked, texts);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** A model of these layers alone, at least one: a part of the model, which stays open, or all of it. */
    static LayerPruning keeping(GgufFile model, Collection<Integer> kept) {
        int blockCount = blockCount(model);
        List<Integer> removed = IntStream.range(0, blockCount)
                .filter(layer -> !kept.contains(layer))
                .boxed()
                .toList();
        LayerCut cut = LayerCut.of(blockCount, removed);
        requireAttention(model, cut.kept()[0]);
        return new LayerPruning(model, false, cut, LayerRepair.NONE, CalibrationTexts.NONE);
    }

    /**
     * The layers of a model that can lose some.
     *
     * @throws RecipeException for another
     */
    static int blockCount(GgufFile model) {
        String name = model.path().toString();
        ModelShape shape = ModelShape.find(model.metadata())
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL, name, "this is no model with layers", "give the GGUF file of a language model"));
        if (!LayerArchitectures.alike(shape.architecture())) {
            throw new RecipeException(
                    Kind.MODEL,
                    name,
                    "the layers of the architecture " + shape.architecture()
                            + " are not known to be the same wherever they stand",
                    "prune one of " + LayerArchitectures.names());
        }
        if (model.metadata()
                        .findInteger(shape.architecture() + ".nextn_predict_layers")
                        .orElse(0)
                > 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    name,
                    "its last layers foretell further tokens, and would not fit the others any more",
                    "prune a model without them");
        }
        return shape.blockCount();
    }

    private static void requireAttention(GgufFile model, int first) {
        if (ModelShape.of(model.metadata()).headCount().layer(first) == 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "layer " + first + " would be the first, and it has no attention",
                    "keep one before it that has");
        }
    }

    private static LayerCut cut(Path path, int blockCount, LayerChoice choice) {
        List<Integer> layers;
        if (choice instanceof LayerChoice.Ruled ruled) {
            if (ruled.count() < 1 || ruled.count() >= blockCount) {
                throw refused(path, blockCount, "of which " + ruled.count() + " cannot be removed");
            }
            layers = ruled.rule().layers(blockCount, ruled.count());
        } else {
            layers = ((LayerChoice.Listed) choice).layers();
            if (layers.isEmpty()) {
                throw refused(path, blockCount, "of which none is to be removed");
            }
            if (Collections.min(layers) < 0 || Collections.max(layers) >= blockCount) {
                throw refused(
                        path,
                        blockCount,
                        "and none has the number "
                                + (Collections.min(layers) < 0 ? Collections.min(layers) : Collections.max(layers)));
            }
            if (new HashSet<>(layers).size() == blockCount) {
                throw refused(path, blockCount, "all of which are to be removed");
            }
        }
        return LayerCut.of(blockCount, layers);
    }

    private static RecipeException refused(Path path, int blockCount, String cause) {
        return new RecipeException(
                Kind.MODEL,
                path.toString(),
                "it has " + blockCount + " layers, " + cause,
                "remove some of the layers 0 to " + (blockCount - 1) + ", not all");
    }

    /** The layers that go, ascending. */
    public List<Integer> removed() {
        return cut.removed();
    }

    @Override
    public List<PackedLayer> origins() {
        return IntStream.of(cut.kept()).mapToObj(PackedLayer::whole).toList();
    }

    @Override
    public int blockCount() {
        return cut.blockCount();
    }

    @Override
    public int layers() {
        return cut.kept().length;
    }
}
