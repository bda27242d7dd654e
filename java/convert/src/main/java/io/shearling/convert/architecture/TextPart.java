package io.shearling.convert.architecture;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text model in a checkpoint that may have others beside it, for images or sound. Their tensors are known by their names and do
 * not come into the file of a text model; upstream's rules ({@code TextModel.filter_tensors}).
 */
public final class TextPart {
    private static final Pattern OTHERS = Pattern.compile(
            "^(mlp|vit\\.|vpm\\.|siglip2\\.|conformer\\.|merger\\.|resampler\\.|sound_encoder\\.|sound_projection\\."
                    + "|speech_embeddings\\.)|visual\\.|vision[._]|audio[._]|talker\\.|token2wav\\.|code2wav\\.|projector\\."
                    + "|pre_mm_projector_norm|image_newline|view_seperator|patch_embed|patch_merger\\.|patch_merge_mlp\\."
                    + "|model\\.connector\\.");

    private TextPart() {}

    /** What a tensor of the checkpoint is called in the text model, where it belongs to that. */
    public static Optional<String> name(String stored) {
        return OTHERS.matcher(stored).find() ? Optional.empty() : Optional.of(stored.replace("language_model.", ""));
    }
}
