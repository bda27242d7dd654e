package io.shearling.recipes;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that a step makes of another: its keys and tensors are known, and its data comes while it is written. Immutable.
 *
 * @param model that is read, or the first of its parts
 * @param step what is done to it, as in "its pruning was interrupted"
 * @param inputs files that are read, with a checksum of all that the data depends on
 * @param tensors in the order of the output
 */
public record ModelOutput(Path model, String step, InputState inputs, GgufMetadata metadata, List<Tensor> tensors) {
    /** A tensor of the output. */
    public record Tensor(String name, TensorType type, TensorShape shape) {}

    /** Fills the tensors. */
    @FunctionalInterface
    public interface Filling {
        /** Writes all that is missing. */
        void fill(GgufPlacer output) throws InterruptedException;
    }

    /** Copies the list. */
    public ModelOutput {
        tensors = List.copyOf(tensors);
    }

    /**
     * The state of a model's files.
     *
     * @param settings all that the data depends on besides
     * @throws RecipeException when they cannot be looked at
     */
    public static InputState inputs(GgufFile model, String settings) {
        try {
            return InputState.of(model.parts().stream().map(GgufPart::path).toList(), settings);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, model.path().toString(), "it cannot be read (" + e + ")", "make it readable", e);
        }
    }

    /**
     * What {@link #write} would write to a place: every tensor's type, size and place.
     *
     * @throws IllegalArgumentException when the rule makes too many files
     */
    public GgufPlan plan(Path target, SplitRule split) {
        return builder(target, split).plan();
    }

    /**
     * Writes the model, into one file or several. They appear whole, and together: all or none.
     *
     * <p>What a crash or a power cut leaves is taken up by the next run where it was, if the model, the settings and the place are the
     * same. A run that fails, or whose thread is interrupted, leaves nothing.
     *
     * @param target the file; of several the one that their names are made of
     * @return the file, or the first of several
     * @throws RecipeException after an interrupt, which stays set; and what the filling throws
     * @throws IllegalArgumentException when the rule makes too many files
     * @throws GgufException when a file cannot be read or written
     */
    public Path write(Path target, SplitRule split, Filling filling) {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(null);
        }
        try (GgufPlacer output =
                builder(target, split).resumable(inputs.digest()).openPlaced()) {
            filling.fill(output);
            return output.commit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } catch (GgufException e) {
            throw Thread.currentThread().isInterrupted() ? cancelled(e) : e;
        }
    }

    /**
     * Opens it to be filled and used for a while: it never gets its name, and closing it removes it.
     *
     * @param target what its name is made of, a file beside it
     */
    public GgufPlacer scratch(Path target) {
        return builder(target, SplitRule.NONE).openPlaced();
    }

    /** The same with other keys. */
    public ModelOutput with(GgufMetadata keys) {
        return new ModelOutput(model, step, inputs, keys, tensors);
    }

    private RecipeException cancelled(@Nullable Throwable origin) {
        return new RecipeException(
                Kind.CANCELLED,
                model.toString(),
                "its " + step + " was interrupted",
                "nothing is left of it; start it again",
                origin);
    }

    private GgufWriter.Builder builder(Path target, SplitRule split) {
        GgufWriter.Builder plan = GgufWriter.to(target).metadata(metadata).split(split);
        inputs.files().forEach(plan::input);
        tensors.forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
        return plan;
    }
}
