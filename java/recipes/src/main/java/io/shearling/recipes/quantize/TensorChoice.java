package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.preset.TypePlan;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.List;
import java.util.Optional;

/** Decides what becomes of the tensors of a model, and refuses what cannot be before anything is written. */
final class TensorChoice {
    private final GgufFile model;
    private final QuantizationOptions options;

    TensorChoice(GgufFile model, QuantizationOptions options) {
        this.model = model;
        this.options = options;
    }

    /** The tensors in the order in which llama-quantize writes them. */
    List<QuantizedTensor> tensors(ModelShape shape) {
        Optional<TypePlan> plan =
                options.preset().map(preset -> TypePlan.of(preset, shape, matrices(), options.settings()));
        options.settings().requests().forEach(this::requireMatch);
        options.importance().ifPresent(this::requireSameModel);
        List<QuantizedTensor> tensors = model.tensors().stream()
                .sorted(TypePlan.order(TensorInfo::name))
                .map(tensor -> choose(tensor, plan))
                .toList();
        tensors.stream().filter(tensor -> !tensor.copied()).forEach(tensor -> require(tensor, plan));
        if (options.strict()) {
            tensors.stream().filter(QuantizedTensor::fallback).findFirst().ifPresent(this::refuse);
        }
        return tensors;
    }

    private List<TypePlan.Matrix> matrices() {
        return model.tensors().stream()
                .map(tensor -> new TypePlan.Matrix(tensor.name(), tensor.shape()))
                .toList();
    }

    private QuantizedTensor choose(TensorInfo tensor, Optional<TypePlan> plan) {
        Optional<TypePlan.Choice> choice = plan.isPresent()
                ? plan.get().choice(tensor.name())
                : TypePlan.requested(new TypePlan.Matrix(tensor.name(), tensor.shape()), options.settings());
        boolean weighted =
                options.importance().flatMap(all -> all.values(tensor.name())).isPresent();
        return choice.map(chosen -> new QuantizedTensor(tensor, chosen.type(), chosen.wanted(), weighted))
                .orElseGet(() -> new QuantizedTensor(tensor, tensor.type(), tensor.type(), weighted));
    }

    private void requireMatch(TypeRequest request) {
        boolean matches = matrices().stream()
                .filter(TypePlan::quantizable)
                .anyMatch(matrix -> request.pattern().matcher(matrix.name()).find());
        if (!matches) {
            throw refused(
                    Kind.TYPE,
                    "no tensor that can be quantized has a name like " + request.pattern(),
                    "look at the names with shearling inspect, or leave it out");
        }
    }

    private void require(QuantizedTensor tensor, Optional<TypePlan> plan) {
        TensorType from = tensor.source().type();
        if (from.quantized() && !options.requantize()) {
            throw refused(
                    Kind.MODEL,
                    "the tensor " + tensor.name() + " is quantized already, as " + from.ggmlName(),
                    "quantize the model in f16, bf16 or f32, or allow a second loss with --allow-requantize");
        }
        if (RowDecoder.find(from).isEmpty() || RowEncoder.find(tensor.type()).isEmpty()) {
            throw refused(
                    Kind.TYPE,
                    "the tensor " + tensor.name() + " cannot become "
                            + tensor.type().ggmlName() + " from " + from.ggmlName(),
                    "choose another type for it with --tensor-type");
        }
        boolean needed = tensor.type().needsImportance()
                || plan.filter(types -> types.needsImportance(tensor.name())).isPresent();
        if (needed && !tensor.importance()) {
            throw refused(
                    Kind.STATISTICS,
                    "the tensor " + tensor.name() + " is to become "
                            + tensor.type().ggmlName() + ", which is of no use without importance values",
                    "collect them with shearling stats and give the file with --imatrix, or choose a larger type");
        }
        options.importance()
                .flatMap(all -> all.values(tensor.name()))
                .ifPresent(values -> requireLength(tensor, values.length));
    }

    private void requireSameModel(ColumnImportance importance) {
        if (importance.tensors().stream().noneMatch(name -> model.tensor(name).isPresent())) {
            throw new RecipeException(
                    Kind.STATISTICS,
                    importance.file(),
                    "none of its tensors is one of this model",
                    "these are statistics of another model; collect them over this one with shearling stats");
        }
    }

    private void requireLength(QuantizedTensor tensor, int length) {
        long columns = tensor.source().shape().columns();
        long experts = tensor.source().shape().rows()
                / Math.max(1, tensor.source().shape().extent(1));
        if (length != columns * experts) {
            throw new RecipeException(
                    Kind.STATISTICS,
                    options.importance().map(ColumnImportance::file).orElse(""),
                    "it has " + length + " values for the " + columns * experts + " columns of " + tensor.name(),
                    "these are statistics of another model; collect them over this one with shearling stats");
        }
    }

    private void refuse(QuantizedTensor tensor) {
        throw refused(
                Kind.TYPE,
                "the tensor " + tensor.name() + " has rows of "
                        + tensor.source().shape().columns() + ", which are no whole number of the "
                        + tensor.wanted().blockElements() + " of a block of "
                        + tensor.wanted().ggmlName(),
                "leave --strict out and it becomes " + tensor.type().ggmlName() + ", or choose a type for it");
    }

    private RecipeException refused(Kind kind, String cause, String remedy) {
        return new RecipeException(kind, model.path().toString(), cause, remedy);
    }
}
