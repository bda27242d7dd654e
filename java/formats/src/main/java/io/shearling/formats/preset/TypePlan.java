package io.shearling.formats.preset;

import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Which tensors of one model a preset quantizes, and to which types. Immutable. */
public final class TypePlan {
    private final QuantizationPreset preset;
    private final Map<String, Choice> choices;

    private TypePlan(QuantizationPreset preset, Map<String, Choice> choices) {
        this.preset = preset;
        this.choices = choices;
    }

    /**
     * A tensor before its type is chosen.
     *
     * @param name in the GGUF file
     * @param shape columns first
     */
    public record Matrix(String name, TensorShape shape) {}

    /**
     * What was chosen for a tensor.
     *
     * @param type what it gets
     * @param wanted what the preset or the caller has for it; another type than {@code type} where the rows are no whole number of its
     *     blocks
     */
    public record Choice(TensorType type, TensorType wanted) {
        /** Whether the tensor's rows fit no block of the wanted type. */
        public boolean fallback() {
            return type != wanted;
        }
    }

    /**
     * Applies a preset.
     *
     * @param model the model's numbers
     * @param tensors all tensors of the model, in any order
     * @param settings what the caller wants beside it
     */
    public static TypePlan of(
            QuantizationPreset preset, ModelShape model, List<Matrix> tensors, TypeSettings settings) {
        // The rules count tensors as they come, and they come by block and name.
        List<Matrix> sorted = tensors.stream().sorted(order(Matrix::name)).toList();
        MixRules rules = new MixRules(preset, model, sorted, settings);
        Map<String, Choice> choices = new HashMap<>();
        for (Matrix matrix : sorted) {
            TensorRole role = TensorRole.of(matrix.name());
            boolean kept = settings.keepOutput() && role == TensorRole.OUTPUT;
            if (!kept && Quantizable.is(matrix.name(), matrix.shape())) {
                TensorType wanted = wanted(preset, matrix, role, settings).orElseGet(() -> rules.next(matrix));
                choices.put(
                        matrix.name(), new Choice(fitting(wanted, matrix.shape().columns()), wanted));
            }
        }
        return new TypePlan(preset, Collections.unmodifiableMap(choices));
    }

    /** What a caller has for a tensor of a model that stays else as it is; nothing for one that is not asked for. */
    public static Optional<Choice> requested(Matrix matrix, TypeSettings settings) {
        Optional<TensorType> special = switch (TensorRole.of(matrix.name())) {
            case TOKEN_EMBEDDING -> settings.embedding();
            case OUTPUT -> settings.output();
            default -> Optional.empty();
        };
        return special.or(() -> settings.request(matrix.name()))
                .filter(type -> Quantizable.is(matrix.name(), matrix.shape()))
                .map(type -> new Choice(fitting(type, matrix.shape().columns()), type));
    }

    /** Whether a tensor is ever quantized: it is a matrix of weights, and neither small nor read as floats. */
    public static boolean quantizable(Matrix matrix) {
        return Quantizable.is(matrix.name(), matrix.shape());
    }

    /** By block and name: the order in which tensors are counted, and in which llama-quantize writes them. */
    public static <T> Comparator<T> order(Function<T, String> name) {
        return Comparator.comparingInt((T each) -> block(name.apply(each)).orElse(-1))
                .thenComparing(name);
    }

    /** What needs no rule; such a tensor is not counted either. */
    private static Optional<TensorType> wanted(
            QuantizationPreset preset, Matrix matrix, TensorRole role, TypeSettings settings) {
        Optional<TensorType> request = settings.request(matrix.name());
        // A large table of its own, that can be named.
        boolean named = matrix.name().startsWith("per_layer_") && request.isPresent();
        if (role == TensorRole.TOKEN_EMBEDDING && settings.embedding().isPresent() && !named) {
            return settings.embedding();
        }
        if (role == TensorRole.OUTPUT && settings.output().isPresent()) {
            return settings.output();
        }
        boolean plain = settings.pure() || !preset.type().quantized();
        return request.isEmpty() && plain ? Optional.of(preset.type()) : request;
    }

    /** What was chosen for a tensor; nothing for one that is not quantized. */
    public Optional<Choice> choice(String tensor) {
        return Optional.ofNullable(choices.get(tensor));
    }

    /** Whether a tensor can only be made with importance values. */
    public boolean needsImportance(String tensor) {
        return choice(tensor)
                .filter(choice -> preset.needsImportance(TensorRole.of(tensor), choice.type()))
                .isPresent();
    }

    /** The block that a tensor belongs to. */
    static OptionalInt block(String name) {
        if (!name.startsWith("blk.")) {
            return OptionalInt.empty();
        }
        int end = name.indexOf('.', 4);
        String number = end < 0 ? "" : name.substring(4, end);
        return number.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
    }

    /** The type, or one of smaller blocks and at least as many bits whose blocks fill the rows. */
    private static TensorType fitting(TensorType wanted, long columns) {
        if (wanted.fits(columns)) {
            return wanted;
        }
        TensorType smaller = switch (wanted) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> TensorType.IQ4_NL;
            case Q2_0, Q2_K, Q3_K, TQ1_0, TQ2_0 -> TensorType.Q4_0;
            case Q4_K -> TensorType.Q5_0;
            case Q5_K -> TensorType.Q5_1;
            case Q6_K -> TensorType.Q8_0;
            default -> wanted;
        };
        return smaller.fits(columns) ? smaller : TensorType.F16;
    }
}
