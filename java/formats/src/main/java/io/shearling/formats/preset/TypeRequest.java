package io.shearling.formats.preset;

import io.shearling.formats.tensor.TensorType;
import java.util.regex.Pattern;

/**
 * A type that a caller wants for the tensors whose name a pattern matches anywhere ({@code --tensor-type} of llama-quantize).
 *
 * @param pattern a regular expression
 * @param type what they become, if their rows fit its blocks
 */
public record TypeRequest(Pattern pattern, TensorType type) {
    boolean matches(String tensor) {
        return pattern.matcher(tensor).find();
    }
}
