package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A repair of one model, checked: it can be done. Immutable. */
@FunctionalInterface
interface LayerRepair {
    /** Nothing is repaired. */
    LayerRepair NONE = source -> false;

    /**
     * Checks a repair.
     *
     * @throws RecipeException when it does not go with these layers or this model
     */
    static LayerRepair of(@Nullable Repair repair, GgufFile model, ModelShape shape, LayerCut cut) {
        if (repair instanceof Repair.Linear linear) {
            return LinearRepair.of(linear, model, shape, cut);
        }
        return repair == null ? NONE : MergedLayers.of(model, cut);
    }

    /** Whether a tensor gets new values. */
    boolean has(TensorInfo source);

    /** All that the data depends on besides model and layers. */
    default String settings() {
        return "";
    }

    /** Writes into the keys of the model what they should tell of it. */
    default void put(GgufMetadata.Builder keys) {}

    /** Finds the values; may take long. */
    default NewValues values(int threads, PruningListener listener) {
        return Remake.NONE.values(threads, listener);
    }

    /** Which tensors of the output get new values, and these. */
    default Remake remake() {
        return new Remake() {
            @Override
            public boolean has(PrunedTensor tensor) {
                return tensor.source().filter(LayerRepair.this::has).isPresent();
            }

            @Override
            public NewValues values(int threads, PruningListener listener) {
                return LayerRepair.this.values(threads, listener);
            }
        };
    }

    /** What becomes of a tensor that stays. One with new values keeps its type, or has F16 in the place of a quantized one. */
    default PrunedTensor tensor(TensorInfo source, String name) {
        TensorType type = has(source) && source.type().quantized() ? TensorType.F16 : source.type();
        return new PrunedTensor(new ModelOutput.Tensor(name, type, source.shape()), Optional.of(source));
    }

    /** Refuses a tensor that cannot be computed with. */
    static void requireNumbers(GgufFile model, TensorInfo source) {
        if (RowDecoder.find(source.type()).isEmpty()) {
            throw new RecipeException(
                    Kind.TYPE,
                    model.path().toString(),
                    "the tensor " + source.name() + " has the type "
                            + source.type().ggmlName() + ", which cannot be read here",
                    "leave --repair out, or take the model in F16");
        }
    }
}
