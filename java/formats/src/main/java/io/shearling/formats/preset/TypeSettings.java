package io.shearling.formats.preset;

import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What a caller wants beside the preset. Immutable.
 *
 * @param importance whether there are importance values, with which some presets take fewer bits
 * @param requests types of tensors by name; the first that matches decides
 * @param output the type of {@code output.weight}, and of the embedding where a model has no other output
 * @param embedding the type of the token embeddings; the first to decide
 * @param pure whether every tensor gets the type of the preset, without its exceptions
 * @param keepOutput whether {@code output.weight} stays as it is
 */
public record TypeSettings(
        boolean importance,
        List<TypeRequest> requests,
        Optional<TensorType> output,
        Optional<TensorType> embedding,
        boolean pure,
        boolean keepOutput) {
    /** The preset alone. */
    public static final TypeSettings NONE =
            new TypeSettings(false, List.of(), Optional.empty(), Optional.empty(), false, false);

    /** Copies the requests. */
    public TypeSettings {
        requests = List.copyOf(requests);
    }

    /** With or without importance values. */
    public TypeSettings withImportance(boolean given) {
        return new TypeSettings(given, requests, output, embedding, pure, keepOutput);
    }

    /** With these types of tensors by name. */
    public TypeSettings withRequests(List<TypeRequest> wanted) {
        return new TypeSettings(importance, wanted, output, embedding, pure, keepOutput);
    }

    /** With this type of the output. */
    public TypeSettings withOutput(TensorType wanted) {
        return new TypeSettings(importance, requests, Optional.of(wanted), embedding, pure, keepOutput);
    }

    /** With this type of the token embeddings. */
    public TypeSettings withEmbedding(TensorType wanted) {
        return new TypeSettings(importance, requests, output, Optional.of(wanted), pure, keepOutput);
    }

    /** Without the exceptions of the preset. */
    public TypeSettings withPure() {
        return new TypeSettings(importance, requests, output, embedding, true, keepOutput);
    }

    /** With the output as it is. */
    public TypeSettings withOutputKept() {
        return new TypeSettings(importance, requests, output, embedding, pure, true);
    }

    /** The request for a tensor. */
    Optional<TensorType> request(String tensor) {
        return requests.stream()
                .filter(request -> request.matches(tensor))
                .map(TypeRequest::type)
                .findFirst();
    }
}
