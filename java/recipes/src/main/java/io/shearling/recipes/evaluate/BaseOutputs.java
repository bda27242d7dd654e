package io.shearling.recipes.evaluate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files in which an evaluation leaves its base, or without a base its only model, for later ones. Each appears whole or not at
 * all, in place of an older one.
 *
 * @param logits in llama-perplexity's form: for a vocabulary of 49,152 tokens 98 kB a scored token
 * @param cache in a form of at most a twentieth of that
 */
public record BaseOutputs(Optional<Path> logits, Optional<Path> cache) {
    /** No file. */
    public static final BaseOutputs NONE = new BaseOutputs(Optional.empty(), Optional.empty());

    boolean any() {
        return logits.isPresent() || cache.isPresent();
    }
}
