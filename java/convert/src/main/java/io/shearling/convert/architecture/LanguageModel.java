package io.shearling.convert.architecture;

import java.util.List;
import java.util.Optional;

/**
 * Which tensors of a checkpoint are those of the language model, where it also sees or hears, and what they are called without the
 * name of that part. The words are upstream's ({@code TextModel.filter_tensors}).
 */
final class LanguageModel {
    private static final String PART = "language_model.";

    private static final List<String> BEGINNINGS = List.of(
            "mlp",
            "vit.",
            "vpm.",
            "siglip2.",
            "conformer.",
            "merger.",
            "resampler.",
            "sound_encoder.",
            "sound_projection.",
            "speech_embeddings.");

    private static final List<String> WORDS = List.of(
            "visual.",
            "vision.",
            "audio.",
            "talker.",
            "vision_",
            "audio_",
            "token2wav.",
            "code2wav.",
            "projector.",
            "pre_mm_projector_norm",
            "image_newline",
            "view_seperator",
            "patch_embed",
            "patch_merger.",
            "patch_merge_mlp.",
            "model.connector.");

    private LanguageModel() {}

    /** The name of a tensor; none where it is of images or sounds. */
    static Optional<String> nameOf(String name) {
        boolean other =
                BEGINNINGS.stream().anyMatch(name::startsWith) || WORDS.stream().anyMatch(name::contains);
        return other ? Optional.empty() : Optional.of(name.replace(PART, ""));
    }
}
