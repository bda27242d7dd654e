package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights get other tensor types: planned when it is made, and written by {@link #write}. What is held meanwhile is some
 * rows a thread, whatever the size of the model.
 *
 * <pre>{@code
 * QuantizationOptions options = QuantizationOptions.of(QuantizationPreset.Q4_K_M);
 * try (Quantization quantization = Quantization.of(Path.of("model-f16.gguf"), options)) {
 *     quantization.write(Path.of("model-q4_k_m.gguf"), SplitRule.NONE, (done, all) -> {});
 * }
 * }</pre>
 */
public final class Quantization implements AutoCloseable {
    private final GgufFile model;
    private final QuantizationOptions options;
    private final List<QuantizedTensor> tensors;
    private final GgufMetadata metadata;
    private final InputState inputs;

    private Quantization(
            GgufFile model,
            QuantizationOptions options,
            List<QuantizedTensor> tensors,
            GgufMetadata metadata,
            InputState inputs) {
        this.model = model;
        this.options = options;
        this.tensors = tensors;
        this.metadata = metadata;
        this.inputs = inputs;
    }

    /**
     * Plans it.
     *
     * @param path the model, or the first of its parts
     * @throws RecipeException when it cannot be quantized so
     * @throws GgufException when the model cannot be read
     */
    public static Quantization of(Path path, QuantizationOptions options) {
        GgufFile model = GgufFile.open(path);
        try {
            ModelShape shape = ModelShape.find(model.metadata())
                    .orElseThrow(() -> new RecipeException(
                            Kind.MODEL,
                            path.toString(),
                            "this is no model with layers",
                            "give the GGUF file of a language model"));
            List<QuantizedTensor> tensors = new TensorChoice(model, options).tensors(shape);
            if (options.gptq().isPresent() && tensors.stream().noneMatch(GptqRounding::takes)) {
                throw new RecipeException(
                        Kind.TYPE,
                        path.toString(),
                        "none of its tensors gets a type that is rounded with error feedback",
                        "choose one of q4_0 to q8_0, q2_k to q6_k, iq4_nl and iq4_xs, or leave --rounding out");
            }
            return new Quantization(
                    model, options, tensors, OutputKeys.of(model.metadata(), options), inputs(model, options));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static InputState inputs(GgufFile model, QuantizationOptions options) {
        List<Path> files = model.parts().stream().map(GgufPart::path).toList();
        int importance = options.importance().map(ColumnImportance::digest).orElse(0);
        try {
            String rounding = options.gptq().map(GptqSettings::digest).orElse("");
            return InputState.of(files, "quantized with " + importance + rounding);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, model.path().toString(), "it cannot be read (" + e + ")", "make it readable", e);
        }
    }

    /** What becomes of each tensor, in the order of the output. */
    public List<QuantizedTensor> tensors() {
        return tensors;
    }

    /** The tensors that get another type than they should, because their rows fit no block of it. */
    public List<QuantizedTensor> fallbacks() {
        return tensors.stream().filter(QuantizedTensor::fallback).toList();
    }

    /** Bytes of all tensors as they are. */
    public long sourceBytes() {
        return tensors.stream().mapToLong(tensor -> tensor.source().sizeBytes()).sum();
    }

    /**
     * What {@link #write} would write to this place: every tensor's type, size and place.
     *
     * @throws IllegalArgumentException when the rule makes too many files
     */
    public GgufPlan plan(Path target, SplitRule split) {
        return builder(target, split).plan();
    }

    /**
     * Writes the model, into one file or several. They appear whole, and together: all or none.
     *
     * <p>What a crash or a power cut leaves is taken up by the next run where it was, if the model, the options and the place are the
     * same. A run that fails, or whose thread is interrupted, leaves nothing.
     *
     * @param target the file; of several the one that their names are made of
     * @param listener is told how many bytes of all are written; may throw, which ends the run; may interrupt this thread
     * @return the file, or the first of several
     * @throws RecipeException when values cannot be stored in their type or are no numbers, or after an interrupt, which stays set
     * @throws IllegalArgumentException when the rule makes too many files
     * @throws GgufException when a file cannot be read or written
     */
    public Path write(Path target, SplitRule split, QuantizationListener listener) {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(null);
        }
        try (GgufPlacer output =
                builder(target, split).resumable(inputs.digest()).openPlaced()) {
            Supplier<TensorFill.RowMaker> nearest = () -> new RowQuantizer(model, tensors, options.importance());
            if (options.gptq().isPresent()) {
                GptqSettings settings = options.gptq().get();
                new GptqRounding(model, tensors, settings, options.threads(), output, listener).run(nearest);
            }
            new TensorFill(output, options.threads(), listener).run(nearest, TensorFill.NOTE_EVERY);
            return output.commit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } catch (GgufException e) {
            throw Thread.currentThread().isInterrupted() ? cancelled(e) : e;
        }
    }

    private RecipeException cancelled(@Nullable Throwable origin) {
        return new RecipeException(
                Kind.CANCELLED,
                model.path().toString(),
                "its quantization was interrupted",
                "nothing is left of it; start it again",
                origin);
    }

    private GgufWriter.Builder builder(Path target, SplitRule split) {
        GgufWriter.Builder plan = GgufWriter.to(target).metadata(metadata).split(split);
        inputs.files().forEach(plan::input);
        tensors.forEach(tensor ->
                plan.tensor(tensor.name(), tensor.type(), tensor.source().shape()));
        return plan;
    }

    @Override
    public void close() {
        model.close();
    }
}
