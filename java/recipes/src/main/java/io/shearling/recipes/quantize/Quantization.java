package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

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
    private final ModelOutput output;

    private Quantization(
            GgufFile model, QuantizationOptions options, List<QuantizedTensor> tensors, ModelOutput output) {
        this.model = model;
        this.options = options;
        this.tensors = tensors;
        this.output = output;
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
            return new Quantization(model, options, tensors, output(model, options, tensors));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static ModelOutput output(GgufFile model, QuantizationOptions options, List<QuantizedTensor> tensors) {
        int importance = options.importance().map(ColumnImportance::digest).orElse(0);
        String rounding = options.gptq().map(GptqSettings::digest).orElse("");
        return new ModelOutput(
                model.path(),
                "quantization",
                ModelOutput.inputs(model, "quantized with " + importance + rounding),
                OutputKeys.of(model.metadata(), options),
                tensors.stream()
                        .map(tensor -> new ModelOutput.Tensor(
                                tensor.name(), tensor.type(), tensor.source().shape()))
                        .toList());
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
        return output.plan(target, split);
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
        return output.write(target, split, file -> {
            Supplier<TensorFill.RowMaker> nearest = () -> new RowQuantizer(model, tensors, options.importance());
            if (options.gptq().isPresent()) {
                GptqSettings settings = options.gptq().get();
                new GptqRounding(model, tensors, settings, options.threads(), file, listener).run(nearest);
            }
            new TensorFill(file, options.threads(), listener).run(nearest, TensorFill.NOTE_EVERY);
        });
    }

    @Override
    public void close() {
        model.close();
    }
}
