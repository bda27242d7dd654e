package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

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
public final class LayerPruning implements AutoCloseable {
    private final GgufFile model;
    private final LayerCut cut;
    private final List<TensorInfo> sources;
    private final ModelOutput output;

    private LayerPruning(GgufFile model, LayerCut cut, List<TensorInfo> sources, ModelOutput output) {
        this.model = model;
        this.cut = cut;
        this.sources = sources;
        this.output = output;
    }

    /**
     * Plans it.
     *
     * @param path the model, or the first of its parts
     * @throws RecipeException when these layers cannot be removed from it
     * @throws io.shearling.formats.gguf.GgufException when the model cannot be read
     */
    public static LayerPruning of(Path path, LayerChoice choice) {
        GgufFile model = GgufFile.open(path);
        try {
            ModelShape shape = ModelShape.find(model.metadata())
                    .orElseThrow(() -> new RecipeException(
                            Kind.MODEL,
                            path.toString(),
                            "this is no model with layers",
                            "give the GGUF file of a language model"));
            if (!LayerArchitectures.alike(shape.architecture())) {
                throw new RecipeException(
                        Kind.MODEL,
                        path.toString(),
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
                        path.toString(),
                        "its last layers foretell further tokens, and would not fit the others any more",
                        "prune a model without them");
            }
            LayerCut cut = cut(path, shape.blockCount(), choice);
            int first = cut.kept()[0];
            if (shape.headCount().layer(first) == 0) {
                throw new RecipeException(
                        Kind.MODEL,
                        path.toString(),
                        "layer " + first + " would be the first, and it has no attention",
                        "keep one before it that has");
            }
            List<TensorInfo> sources = new ArrayList<>();
            List<ModelOutput.Tensor> tensors = new ArrayList<>();
            for (TensorInfo tensor : model.tensors()) {
                Optional<String> name = cut.renamed(tensor.name());
                if (name.isPresent()) {
                    sources.add(tensor);
                    tensors.add(new ModelOutput.Tensor(name.get(), tensor.type(), tensor.shape()));
                }
            }
            ModelOutput output = new ModelOutput(
                    path,
                    "pruning",
                    ModelOutput.inputs(model, "without layers " + cut.removed()),
                    LayerKeys.of(model.metadata(), shape.architecture(), cut),
                    tensors);
            return new LayerPruning(model, cut, List.copyOf(sources), output);
        } catch (RuntimeException e) {
            model.close();
            throw e;
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

    /** Layers of the model that is read. */
    public int blockCount() {
        return cut.blockCount();
    }

    /** Bytes of all tensors as they are. */
    public long sourceBytes() {
        return model.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
    }

    /**
     * What {@link #write} would write to this place: every tensor's type, size and place.
     *
     * @throws IllegalArgumentException when the rule makes too many files
     */
    public GgufPlan plan(Path target, SplitRule split) {
        return output.plan(target, split);
    }

    /**
     * Writes the model, as {@link ModelOutput#write} does.
     *
     * @param threads that read and write
     * @param listener is told how many bytes of all are written; may throw, which ends the run; may interrupt this thread
     * @return the file, or the first of several
     */
    public Path write(Path target, SplitRule split, int threads, TensorFill.Listener listener) {
        return output.write(
                target,
                split,
                file -> new TensorFill(file, threads, listener)
                        .run(() -> new RowCopier(model, sources), TensorFill.NOTE_EVERY));
    }

    @Override
    public void close() {
        model.close();
    }
}
