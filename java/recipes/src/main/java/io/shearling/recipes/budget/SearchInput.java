package io.shearling.recipes.budget;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypePlan;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.budget.ErrorTable.Question;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a search begins with: the model's tensors, and what they may become. */
final class SearchInput implements AutoCloseable {
    private static final int ALIGNMENT = 32;

    private final GgufFile file;
    private final ModelShape shape;
    private final BudgetOptions options;

    private SearchInput(GgufFile file, ModelShape shape, BudgetOptions options) {
        this.file = file;
        this.shape = shape;
        this.options = options;
    }

    static SearchInput open(Path path, BudgetOptions options) {
        GgufFile file = GgufFile.open(path);
        try {
            ModelShape shape = ModelShape.find(file.metadata())
                    .orElseThrow(() -> new RecipeException(
                            Kind.MODEL,
                            path.toString(),
                            "this is no model with layers",
                            "give the GGUF file of a language model"));
            return new SearchInput(file, shape, options);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    GgufFile file() {
        return file;
    }

    ModelShape shape() {
        return shape;
    }

    /** Options that write what is measured, but for the types. */
    QuantizationOptions quantization(Optional<ColumnImportance> importance) {
        QuantizationOptions plain =
                QuantizationOptions.of(QuantizationPreset.Q8_0).withThreads(options.threads());
        QuantizationOptions allowed = options.requantize() ? plain.withRequantize() : plain;
        return importance.map(allowed::withImportance).orElse(allowed);
    }

    /**
     * The tensors with their sizes; no errors are known yet. Everything that a quantization would refuse is refused.
     *
     * @param importance as far as it is known
     */
    ModelTensors sizes(Optional<ColumnImportance> importance) {
        List<ChosenTensor> chosen =
                questions(importance).stream().map(Question::sizes).toList();
        if (chosen.isEmpty()) {
            throw new RecipeException(
                    Kind.MODEL,
                    file.path().toString(),
                    "it has no tensor that can be quantized",
                    "give the GGUF file of a language model");
        }
        long elements = file.tensors().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
        TypeTable smallest = new ModelTensors(chosen, 0, 0, elements).table(ChosenTensor::smallest);
        QuantizationOptions plain = quantization(importance);
        // What is asked for by name is checked as it would be without a budget; how it is rounded changes no size.
        Quantization.of(file.path(), plain.withSettings(options.settings())).close();
        try (Quantization plan =
                Quantization.of(file.path(), plain.withSettings(plain.settings().withRequests(smallest.requests())))) {
            GgufPlan written = plan.plan(file.path(), SplitRule.NONE);
            long padded = chosen.stream()
                    .mapToLong(tensor -> tensor.smallest().bytes())
                    .sum();
            long tensorBytes =
                    written.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
            long bytes = chosen.stream()
                    .mapToLong(tensor ->
                            tensor.smallest().type().bytes(tensor.info().shape()))
                    .sum();
            return new ModelTensors(chosen, written.sizeBytes() - padded, tensorBytes - bytes, elements);
        }
    }

    /** What importance will be collected, but for the values: it comes for all that is multiplied with activations in the blocks. */
    ColumnImportance foreseen(Path place, Text text) {
        Map<String, float[]> values = new HashMap<>();
        for (TensorInfo tensor : file.tensors()) {
            TypePlan.Matrix matrix = new TypePlan.Matrix(tensor.name(), tensor.shape());
            if (tensor.name().startsWith("blk.") && TypePlan.quantizable(matrix)) {
                long experts =
                        tensor.shape().rows() / Math.max(1, tensor.shape().extent(1));
                values.put(
                        tensor.name(), new float[Math.toIntExact(tensor.shape().columns() * experts)]);
            }
        }
        return new ColumnImportance(place.toString(), List.of(text.name()), 1, values).seen(text);
    }

    /** The tensors that can be quantized, in the order of the output, and their types. */
    List<Question> questions(Optional<ColumnImportance> importance) {
        int alignment = (int) alignment().orElse(ALIGNMENT);
        List<Question> questions = new ArrayList<>();
        List<TensorInfo> tensors =
                file.tensors().stream().sorted(TypePlan.order(TensorInfo::name)).toList();
        for (TensorInfo tensor : tensors) {
            TypePlan.Matrix matrix = new TypePlan.Matrix(tensor.name(), tensor.shape());
            if (TypePlan.quantizable(matrix)) {
                Optional<TypePlan.Choice> given = TypePlan.requested(matrix, options.settings());
                given.filter(choice -> choice.fallback() && options.strict())
                        .ifPresent(choice -> refuse(tensor, choice));
                boolean weighted = importance
                        .flatMap(values -> values.values(tensor.name()))
                        .isPresent();
                boolean kept = options.settings().keepOutput() && tensor.name().equals("output.weight");
                List<TensorType> types = kept
                        ? List.of(tensor.type())
                        : given.map(choice -> List.of(choice.type()))
                                .orElseGet(() -> CandidateTypes.of(tensor, weighted));
                questions.add(new Question(tensor, types, alignment));
            }
        }
        return questions;
    }

    private OptionalLong alignment() {
        return file.metadata().findInteger("general.alignment");
    }

    private void refuse(TensorInfo tensor, TypePlan.Choice choice) {
        throw new RecipeException(
                Kind.TYPE,
                file.path().toString(),
                "the tensor " + tensor.name() + " has rows of " + tensor.shape().columns()
                        + ", which are no whole number of the "
                        + choice.wanted().blockElements() + " of a block of "
                        + choice.wanted().ggmlName(),
                "leave --strict out and it becomes " + choice.type().ggmlName() + ", or choose a type for it");
    }

    @Override
    public void close() {
        file.close();
    }
}
