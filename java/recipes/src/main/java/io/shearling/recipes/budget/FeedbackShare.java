package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.quantize.GptqSettings;
import java.util.Optional;

/**
 * What rounding with error feedback finds to do in a choice of types: a choice with nothing to round so would be refused.
 *
 * @param settings as they were asked for; empty: they were not
 * @param useful whether a tensor of the choice is rounded so
 */
record FeedbackShare(Optional<GptqSettings> settings, boolean useful) {
    /** A table whose rows are looked up: no inputs tell which of its columns go together. */
    private static final String EMBEDDING = "token_embd.weight";

    static FeedbackShare of(Optional<GptqSettings> settings, ModelTensors model, TypeTable types) {
        boolean useful = settings.isPresent()
                && model.tensors().stream().anyMatch(tensor -> takes(tensor, types.type(tensor.name())));
        return new FeedbackShare(settings, useful);
    }

    private static boolean takes(ChosenTensor tensor, TensorType type) {
        return type != tensor.info().type()
                && !tensor.name().equals(EMBEDDING)
                && GptqSettings.takes(tensor.info(), type);
    }

    /** The settings where they are of use. */
    Optional<GptqSettings> used() {
        return settings.filter(each -> useful);
    }

    /** Why they are not used though they were asked for. */
    Optional<String> note() {
        return settings.isPresent() && !useful
                ? Optional.of(
                        "none of the types that were chosen is rounded with error feedback, so all weights are rounded"
                                + " to the nearest")
                : Optional.empty();
    }
}
